// mdc-keeper DIRECTORY [@NAME=FD...] SUPERVISOR_ARGV...: takes the project's lock, protects itself, runs.
// Started by launch() with a pipe at kReadyPipe and the supervisor's program at kExecutable.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/keeper/program/keeper.hpp"

namespace {

using runtime::keeper::Keeper;
using runtime::keeper::Original;

/// A shared lock is somebody's who only asks, see has_keeper(), and lets go of it at once.
bool is_only_asked_for(int fd) { return ::flock(fd, LOCK_SH | LOCK_NB) == 0 && ::flock(fd, LOCK_UN) == 0; }

bool take_lock(int fd) {
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (!is_only_asked_for(fd)) return false;
    ::sched_yield();
  }
  return true;
}

/// A descriptor that is locked until this process ends; -1 where another keeper has the lock, or had it and
/// its project ends right now: the directory is removed, the lock last.
int lock(const char* directory) {
  char path[PATH_MAX];
  const int length = ::snprintf(path, sizeof path, "%s/%s", directory, runtime::keeper::kLockName);
  if (length < 0 || length >= PATH_MAX) return -1;
  const int fd = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 && errno == ENOENT) return -1;
  if (fd < 0) {
    ::perror("keeper: open the project's lock");
    ::_exit(1);
  }
  struct stat status {};
  const bool locked = take_lock(fd) && ::fstat(fd, &status) == 0 && status.st_nlink > 0;
  return locked ? fd : -1;
}

/// Nothing that the launching command ignored or blocked may reach the supervisor (an ignored SIGCHLD would
/// even hide exits), and no signal but those of the signalfd concerns the keeper.
void take_signals_by_descriptor() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

/// One descriptor for every open file of every container: the whole of what the hard limit allows.
void raise_file_limit(Original& original) {
  ::getrlimit(RLIMIT_NOFILE, &original.files);
  rlimit raised = original.files;
  raised.rlim_cur = raised.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &raised);
}

/// Needs CAP_SYS_RESOURCE; without it the keeper stays as mortal as its caller.
void avoid_oom_killer(Original& original) {
  const int fd = ::open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  char before[sizeof original.oom_score_adj] = {};
  const ssize_t size = ::read(fd, before, sizeof before - 1);
  if (size > 0 && ::pwrite(fd, "-1000", 5, 0) == 5)
    ::snprintf(original.oom_score_adj, size + 1, "%s", before);
  ::close(fd);
}

/// "@NAME=FD"; what is not understood was never given.
void keep(Keeper& keeper, char* argument) {
  char* const equals = ::strrchr(argument, '=');
  if (!equals) return;
  *equals = '\0';
  const int fd = ::atoi(equals + 1);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  keeper.keep(argument + 1, fd);
}

}  // namespace

int main(int argc, char* argv[], char* environment[]) {
  // In .bss, with its tables: there is no heap.
  static Keeper keeper;
  if (argc < 3) return 2;
  ::prctl(PR_SET_NAME, "mdc-keeper");
  ::fcntl(runtime::keeper::kReadyPipe, F_SETFD, FD_CLOEXEC);
  ::fcntl(runtime::keeper::kExecutable, F_SETFD, FD_CLOEXEC);
  take_signals_by_descriptor();
  const int locked = lock(argv[1]);
  if (locked < 0) {
    (void)!::write(runtime::keeper::kReadyPipe, &runtime::keeper::kLockedByte, 1);
    return 1;
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Original original;
  raise_file_limit(original);
  avoid_oom_killer(original);
  // The tables' pages too: the keeper must not need memory when there is none. Refused: it works unlocked.
  ::mlockall(MCL_CURRENT);
  char** supervisor = argv + 2;
  for (; *supervisor && **supervisor == runtime::keeper::kKeptPrefix; ++supervisor) keep(keeper, *supervisor);
  return keeper.run(supervisor, environment, locked, original);
}
