// Processes: who is seen, how many there may be, how much they may take, and what newcomers bring along.
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.hpp"

namespace probe {
namespace {

template <class Visit>
void each_process(Visit visit) {
  DIR* proc = opendir("/proc");
  while (const dirent* entry = readdir(proc))
    if (isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0) visit(atoi(entry->d_name));
  closedir(proc);
}

long count_processes() {
  long count = 0;
  each_process([&](int) { ++count; });
  return count;
}

/// Until standard input ends: visits each process that was not there before, once, as soon as it is told to.
template <class Visit>
void each_newcomer(Visit visit) {
  int last = getpid();
  char go = 0;
  while (read(STDIN_FILENO, &go, 1) == 1) {
    int newest = last;
    each_process([&](int pid) { newest = pid > newest ? pid : newest; });
    if (newest == last) tell_word("newcomer", "none");
    if (newest != last) visit(newest);
    last = newest;
  }
}

/// Lets go of it again: as long as it has a tracer its parent does not learn of its end.
bool can_trace(int pid) {
  if (ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) return false;
  ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
  waitpid(pid, nullptr, __WALL);
  ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  return true;
}

}  // namespace

void foreign_processes() {
  tell_number("processes to be seen", count_processes());
  tell_number("its own number", getpid());
  tell_number("its parent's number", getppid());
}

void limits() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  tell("be the last one to be killed", write(fd, "-900", 4));
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_max += 1;
  tell("raise a hard limit", setrlimit(RLIMIT_NOFILE, &files));
  tell("run before all others", setpriority(PRIO_PROCESS, 0, -20));
  sched_param priority{};
  priority.sched_priority = 1;
  tell("real-time scheduling", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority));
}

/// Whoever started this has set a limit on processes: without one this is no test but an attack.
void fork_bomb() {
  FILE* file = fopen("/sys/fs/cgroup/pids/pids.max", "re");
  if (file == nullptr) file = fopen("/sys/fs/cgroup/pids.max", "re");
  long limit = 0;
  if (file == nullptr || fscanf(file, "%ld", &limit) != 1) return tell_word("limit", "none");
  // Every child forks on like its parent: a chain reaction that only the limit ends.
  for (;;) {
    const pid_t pid = fork();
    if (pid >= 0) continue;
    if (getpid() != 1) {
      for (;;) pause();
    }
    const int error = errno;
    tell_word("fork", error_name(error));
    tell_number("limit", limit);
    tell_word("processes", count_processes() <= limit ? "within the limit" : "OPEN");
    return;
  }
}

void memory_hog() {
  constexpr size_t kBlock = 1 << 20;
  // More than any limit it is run with: without one this is no test but an attack.
  for (int block_number = 0; block_number < 256; ++block_number) {
    char* block = static_cast<char*>(malloc(kBlock));
    if (block == nullptr) return tell("take all memory", -1);
    memset(block, 1, kBlock);
  }
  tell("take all memory", 0);
}

void power() { tell_number("effective user", geteuid()); }

void terminal_input() {
  const char letter = 'x';
  tell("type into the terminal", ioctl(STDIN_FILENO, TIOCSTI, &letter));
  char name[128] = "none";
  (void)!readlink("/proc/self/fd/0", name, sizeof name - 1);
  tell_word("terminal", name);
}

/// Truncating tells a read-only mount (EROFS) from a file that is merely being executed (ETXTBSY).
void overwrite_programs() {
  each_newcomer([](int pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    const int program = open(path, O_PATH | O_CLOEXEC);
    if (program < 0) return tell("find the program", -1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", program);
    const int writable = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    tell("overwrite the program", writable);
    if (writable >= 0) close(writable);
    close(program);
  });
}

void watch_newcomers() {
  static constexpr const char* kFiles[] = {"exe", "root", "cwd", "mem", "environ", "fd/0", "fd/3", "fd/4"};
  each_newcomer([](int pid) {
    int opened = 0;
    for (const char* name : kFiles) {
      char path[64];
      snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
      const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
      if (fd < 0) continue;
      ++opened;
      close(fd);
    }
    if (can_trace(pid)) ++opened;
    tell_number("doors of a newcomer that are open", opened);
  });
}

}  // namespace probe
