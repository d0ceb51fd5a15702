#include "runtime/container/clone.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

[[noreturn]] void tell_child(int pipe, const sys::Cloned& child, int error) noexcept {
  const std::array<int, 2> message{child.pid, error};
  (void)!::write(pipe, message.data(), sizeof message);
  ::_exit(0);
}

/// By a process whose only task is to have a child in the other namespace, which is ours by CLONE_PARENT.
sys::Cloned clone_by_proxy(int pid_namespace, std::uint64_t flags, const cgroup::Cgroup* cgroup,
                           CreateOptions options) {
  sys::Pipe pipe = sys::pipe();
  const sys::Cloned proxy = clone_into(0, nullptr, options);
  if (proxy.pid == 0) {
    sys::Cloned child;
    try {
      sys::setns(pid_namespace, CLONE_NEWPID, "the pid namespace");
      options.as_sibling = true;
      child = clone_into(flags, cgroup, options);
    } catch (const std::system_error& error) {
      tell_child(pipe.write.get(), {}, sys::errno_of(error));
    }
    if (child.pid == 0) return {};
    tell_child(pipe.write.get(), child, 0);
  }
  pipe.write.reset();
  std::array<int, 2> message{0, ESRCH};
  (void)!sys::retry([&] { return ::read(pipe.read.get(), message.data(), sizeof message); });
  if (!options.as_sibling) sys::wait_pidfd(proxy.pidfd.get());
  if (message[1] != 0) sys::throw_errno("clone3 in the pid namespace", message[1]);
  // Not reaped yet, so the number is still its.
  return {.pid = message[0], .pidfd = sys::pidfd_open(message[0])};
}

/// A container has not ended before everybody inside is reaped.
void abandon(const sys::Cloned& child, const CreateOptions& options) {
  sys::pidfd_send_signal(child.pidfd.get(), SIGKILL);
  if (!options.as_sibling) sys::wait_pidfd(child.pidfd.get());
}

}  // namespace

sys::Cloned clone_into(std::uint64_t flags, const cgroup::Cgroup* cgroup, const CreateOptions& options) {
  if (options.as_sibling) flags |= CLONE_PARENT;
  return sys::clone3(flags, cgroup == nullptr ? -1 : cgroup->unified_fd());
}

sys::Cloned clone_in_pid_namespace(int pid_namespace, std::uint64_t flags, const cgroup::Cgroup* cgroup,
                                   const CreateOptions& options) {
  const sys::unique_fd own = sys::open("/proc/self/ns/pid", O_RDONLY);
  // From a user namespace that does not own our pid namespace there is no way back into it.
  if (::setns(own.get(), CLONE_NEWPID) != 0) return clone_by_proxy(pid_namespace, flags, cgroup, options);
  sys::setns(pid_namespace, CLONE_NEWPID, "the pid namespace");
  sys::Cloned cloned;
  try {
    cloned = clone_into(flags, cgroup, options);
    if (cloned.pid != 0) sys::setns(own.get(), CLONE_NEWPID, "our own pid namespace");
    return cloned;
  } catch (...) {
    ::setns(own.get(), CLONE_NEWPID);
    if (cloned.pid != 0) abandon(cloned, options);
    throw;
  }
}

}  // namespace runtime
