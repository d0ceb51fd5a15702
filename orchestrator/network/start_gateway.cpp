#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "orchestrator/network/gateway.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::network {

namespace sys = runtime::sys;

namespace {

/// Both descriptors are above every target, so that none of the two is overwritten.
[[noreturn]] void become_gateway(int control, int project_netns, char* project) noexcept {
  constexpr int kCannotExecute = 126;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(control, gateway::kControl) < 0 || ::dup2(project_netns, gateway::kProjectNetns) < 0)
    ::_exit(kCannotExecute);
  std::array<char, 10> program{"mdcompose"};
  std::array<char, 10> command{"__gateway"};
  std::array<char*, 4> argv{program.data(), command.data(), project, nullptr};
  ::execve("/proc/self/exe", argv.data(), environ);
  ::_exit(kCannotExecute);
}

/// A duplicate that dup2 to kControl and kProjectNetns does not touch.
sys::unique_fd above_targets(int fd) {
  const int high = ::fcntl(fd, F_DUPFD_CLOEXEC, gateway::kProjectNetns + 1);
  if (high < 0) sys::throw_errno("duplicate a descriptor");
  return sys::unique_fd(high);
}

}  // namespace

StartedGateway start_gateway(int project_netns, const std::string& project, bool sibling) {
  std::string name = project;
  auto [ours, theirs] = sys::seqpacket_pair();
  const sys::unique_fd control = above_targets(theirs.get());
  const sys::unique_fd netns = above_targets(project_netns);
  sys::Cloned child = sys::clone3(sibling ? CLONE_PARENT : 0);
  if (child.pid == 0) become_gateway(control.get(), netns.get(), name.data());
  return {.pid = child.pid, .pidfd = std::move(child.pidfd), .control = std::move(ours)};
}

}  // namespace orchestrator::network
