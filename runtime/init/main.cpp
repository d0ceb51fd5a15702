// PID 1 of a container. Built static against musl without C++ run-time support: 20 kB instead of a copy of
// its creator.
#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;

/// The child gets the terminal, as a shell gives it to a job, so that Ctrl-C reaches it and not us twice.
[[noreturn]] void run(char** argv) {
  setpgid(0, 0);
  if (isatty(STDIN_FILENO)) {
    const pid_t own = getpid();
    ioctl(STDIN_FILENO, TIOCSPGRP, &own);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execv(argv[1], argv + 2);
  _exit(errno == ENOENT ? kNotFound : kNotExecutable);
}

int shell_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/// Reaps all that has ended; ends ourselves when the child has.
void reap(pid_t child) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(-1, &status, WNOHANG);
    if (ended <= 0) return;
    if (ended == child) _exit(shell_code(status));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return kNotExecutable;
  sigset_t all;
  sigfillset(&all);
  // What the kernel sends for our own faults must still end us.
  constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
  for (const int fault : kFaults) sigdelset(&all, fault);
  // They are blocked already: our creator lets none of them pass before we take them.
  sigprocmask(SIG_SETMASK, &all, nullptr);
  signal(SIGTTOU, SIG_IGN);
  const pid_t child = fork();
  if (child < 0) return kNotExecutable;
  if (child == 0) run(argv);
  for (;;) {
    siginfo_t info;
    const int received = sigwaitinfo(&all, &info);
    if (received == SIGCHLD)
      reap(child);
    else if (received > 0)
      kill(child, received);
  }
}
