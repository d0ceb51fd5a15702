#include "runtime/keeper/program/supervisor.hpp"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/keeper/protocol.hpp"

namespace runtime::keeper {

namespace {

void restore(const Original& original) {
  ::setrlimit(RLIMIT_NOFILE, &original.files);
  const int fd = original.oom_score_adj[0] ? ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  // Raising the score again is always permitted.
  (void)!::write(fd, original.oom_score_adj, ::strlen(original.oom_score_adj));
  ::close(fd);
}

[[noreturn]] void become_supervisor(char* const argv[], char* const environment[], int socket,
                                    const Original& original) noexcept {
  restore(original);
  // Where the socket has the right number already, dup2 would leave it close-on-exec.
  const bool placed =
      socket == kSupervisorSocket ? ::fcntl(socket, F_SETFD, 0) == 0 : ::dup2(socket, kSupervisorSocket) >= 0;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (placed) ::syscall(SYS_execveat, kExecutable, "", argv, environment, AT_EMPTY_PATH);
  ::_exit(127);
}

}  // namespace

pid_t start_supervisor(char* const argv[], char* const environment[], int socket, const Original& original) {
  const pid_t pid = ::fork();
  if (pid == 0) become_supervisor(argv, environment, socket, original);
  return pid;
}

}  // namespace runtime::keeper
