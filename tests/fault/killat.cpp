// Kills a process at its N-th system call, or lets that call fail, while a command runs:
//
//   killat VICTIM kill N COMMAND [ARGUMENT...]      it dies before the call is carried out
//   killat VICTIM exhaust N COMMAND [ARGUMENT...]   the N-th of the calls that need a resource is not carried
//   out;
//                                                   it says that there is none left: no space, no descriptor,
//                                                   no memory
//   killat VICTIM exhaust:CALL N COMMAND...         the N-th CALL
//
// VICTIM: "self" is COMMAND; "exec:WORD" is the first process under it that executes something under the name
// WORD or with the first argument WORD; "pid:PID" has been there before. Calls are counted from the victim's
// execve on, or from the beginning.
//
// Prints one line, "hit CALL STATUS" or "missed COUNT STATUS": the name of the system call, or how many there
// were; COMMAND's exit status as a shell tells it, or "hangs" where it has not ended within KILLAT_SECONDS
// (30). It is killed then. COMMAND's standard output goes to standard error.
#include <seccomp.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace {

namespace sys = runtime::sys;

struct Wish {
  std::string word{};        ///< of the victim's command line; empty: the command itself, or `pid`
  pid_t pid = 0;             ///< of the victim, where it is there already
  std::uint64_t number = 0;  ///< of the call, from 1
  bool exhausts = false;     ///< the call fails; else the victim is killed
  std::string only{};        ///< the name of the calls that are counted; empty: all
  char** command = nullptr;
};

/// <sys/ptrace.h> has requests as an enum whose values g++ will not take from int.
long trace(__ptrace_request request, pid_t pid, std::uintptr_t address = 0, std::uintptr_t data = 0) {
  return ::ptrace(request, pid, address, data);
}

void fail_call([[maybe_unused]] pid_t pid, [[maybe_unused]] bool entry, [[maybe_unused]] int error) {
#ifdef __x86_64__
  user_regs_struct registers{};
  trace(PTRACE_GETREGS, pid, 0, reinterpret_cast<std::uintptr_t>(&registers));
  if (entry)
    registers.orig_rax = static_cast<unsigned long long>(-1);  // no such call: nothing is carried out
  else
    registers.rax = static_cast<unsigned long long>(-error);
  trace(PTRACE_SETREGS, pid, 0, reinterpret_cast<std::uintptr_t>(&registers));
#else
  throw std::runtime_error("calls can be made to fail on x86-64 only");
#endif
}

/// As its own name or as its first argument: "mdcompose __supervise ..."; others may pass such a line on.
bool is_called(pid_t pid, const std::string& word) {
  const std::string line = sys::read_file_if_exists("/proc/" + std::to_string(pid) + "/cmdline").value_or("");
  const std::size_t end = line.find('\0');
  return line.substr(0, end) == word ||
         (end != std::string::npos && line.substr(end + 1, line.find('\0', end + 1) - end - 1) == word);
}

/// What a call says when there is nothing left of what it needs; 0 for calls that need nothing.
int error_of_exhaustion(const std::string& call) {
  static const std::map<int, std::set<std::string>> kCalls{
      {ENOSPC,
       {"write", "pwrite64", "writev", "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat",
        "rename", "renameat", "renameat2", "link", "linkat", "inotify_add_watch", "unshare"}},
      {EMFILE,
       {"open", "openat", "openat2", "socket", "socketpair", "pipe2", "memfd_create", "dup", "epoll_create1",
        "timerfd_create", "signalfd4", "eventfd2", "inotify_init1", "pidfd_open", "accept4", "open_tree",
        "fsopen", "fsmount"}},
      {ENOMEM, {"mmap", "execve", "execveat", "move_mount", "mount", "setns", "epoll_ctl"}},
      {ENOBUFS, {"sendmsg", "sendto"}},
      {EAGAIN, {"clone", "clone3", "fork", "vfork"}}};
  for (const auto& [error, calls] : kCalls)
    if (calls.contains(call)) return error;
  return 0;
}

std::string name_of_call(std::uint64_t number) {
  char* const name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number));
  std::string text = name ? name : std::to_string(number);
  std::free(name);
  return text;
}

/// The command, stopped before its execve until the pipe is closed.
pid_t start(char** command, sys::Pipe& gate) {
  const pid_t pid = ::fork();
  if (pid < 0) sys::throw_errno("fork");
  if (pid > 0) return pid;
  gate.write.reset();
  char byte = 0;
  (void)!::read(gate.read.get(), &byte, 1);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ::execvp(command[0], command);
  ::_exit(127);
}

class Tracer {
 public:
  explicit Tracer(const Wish& wish) : wish_(wish), victim_(wish.pid) {}

  void run() {
    if (victim_ != 0) seize_victim();
    sys::Pipe gate = sys::pipe();
    command_ = start(wish_.command, gate);
    // Not those that come after the victim: they must live as they always do.
    if (victim_ == 0)
      seize(command_, PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
    gate.write.reset();
    while (!status_) wait();
    std::cout << (hit_ ? "hit " + name_of_call(*hit_) : "missed " + std::to_string(count_)) << ' ' << *status_
              << '\n';
  }

 private:
  void seize(pid_t pid, long options) {
    if (trace(PTRACE_SEIZE, pid, 0, static_cast<std::uintptr_t>(options)) != 0)
      sys::throw_errno("trace process " + std::to_string(pid));
    traced_.insert(pid);
  }

  void seize_victim() {
    seize(victim_, PTRACE_O_TRACESYSGOOD);
    trace(PTRACE_INTERRUPT, victim_);
  }

  void wait() {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, __WALL);
    if (pid > 0) return handle(pid, status);
    if (errno != EINTR) sys::throw_errno("wait");
    status_ = "hangs";
    ::kill(command_, SIGKILL);
  }

  void handle(pid_t pid, int status) {
    if (WIFSTOPPED(status)) return handle_stop(pid, WSTOPSIG(status), status >> 16);
    traced_.erase(pid);
    if (pid == command_)
      status_ = std::to_string(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
  }

  void handle_stop(pid_t pid, int signal, int event) {
    traced_.insert(pid);  // children are traced from birth
    if (event == PTRACE_EVENT_EXEC && victim_ == 0 && is_victim(pid)) take_victim(pid);
    if (signal == (SIGTRAP | 0x80)) return handle_call(pid);
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)
      trace(PTRACE_LISTEN, pid);  // stopped by a signal, and stays so
    else
      resume(pid, event == 0 ? signal : 0);
  }

  [[nodiscard]] bool is_victim(pid_t pid) const {
    return wish_.word.empty() ? pid == command_ : is_called(pid, wish_.word);
  }

  void take_victim(pid_t pid) {
    victim_ = pid;
    trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
    for (const pid_t other : traced_)
      if (other != pid) trace(PTRACE_INTERRUPT, other);  // to be let go when it stops
  }

  void resume(pid_t pid, int signal) {
    const bool let_go = victim_ != 0 && (pid != victim_ || is_done_);
    const auto how = let_go ? PTRACE_DETACH : pid == victim_ ? PTRACE_SYSCALL : PTRACE_CONT;
    trace(how, pid, 0, static_cast<std::uintptr_t>(signal));
    if (let_go) traced_.erase(pid);
  }

  void handle_call(pid_t pid) {
    __ptrace_syscall_info call{};
    if (trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, reinterpret_cast<std::uintptr_t>(&call)) < 0) return;
    if (call.op == PTRACE_SYSCALL_INFO_ENTRY)
      enter_call(pid, call.entry.nr);
    else if (hit_) {
      fail_call(pid, false, error_of_exhaustion(name_of_call(*hit_)));
      is_done_ = true;
    }
    resume(pid, 0);
  }

  void enter_call(pid_t pid, std::uint64_t call) {
    const std::string name = name_of_call(call);
    const int error = wish_.exhausts ? error_of_exhaustion(name) : 0;
    if (wish_.exhausts && (error == 0 || (!wish_.only.empty() && name != wish_.only))) return;
    if (++count_ != wish_.number) return;
    hit_ = call;
    if (wish_.exhausts)
      fail_call(pid, true, error);
    else
      ::kill(pid, SIGKILL);
  }

  const Wish& wish_;
  pid_t victim_ = 0;  ///< 0: not found yet
  pid_t command_ = 0;
  std::set<pid_t> traced_{};
  std::uint64_t count_ = 0;
  std::optional<std::uint64_t> hit_{};  ///< the call
  bool is_done_ = false;                ///< the victim lives on, untraced
  std::optional<std::string> status_{};
};

Wish parse(int argc, char** argv) {
  if (argc < 5) throw std::invalid_argument("usage: killat VICTIM kill|exhaust[:CALL] N COMMAND...");
  Wish wish;
  const std::string victim = argv[1];
  if (victim.starts_with("exec:"))
    wish.word = victim.substr(5);
  else if (victim.starts_with("pid:"))
    wish.pid = std::stoi(victim.substr(4));
  else if (victim != "self")
    throw std::invalid_argument("unknown victim " + victim);
  const std::string action = argv[2];
  wish.exhausts = action == "exhaust" || action.starts_with("exhaust:");
  if (!wish.exhausts && action != "kill") throw std::invalid_argument("unknown action " + action);
  if (action.starts_with("exhaust:")) wish.only = action.substr(8);
  wish.number = std::stoull(argv[3]);
  wish.command = argv + 4;
  return wish;
}

void set_alarm() {
  struct sigaction interrupt {};
  interrupt.sa_handler = [](int) {};  // no SA_RESTART: waitpid returns
  ::sigaction(SIGALRM, &interrupt, nullptr);
  const char* const seconds = std::getenv("KILLAT_SECONDS");
  ::alarm(seconds ? static_cast<unsigned>(std::stoul(seconds)) : 30);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Wish wish = parse(argc, argv);
    set_alarm();
    Tracer(wish).run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "killat: " << error.what() << '\n';
    return 2;
  }
}
