#include "runtime/container/container.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/container/child.hpp"
#include "runtime/container/clone.hpp"
#include "runtime/container/report.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/socket.hpp"

namespace runtime {

/// What connects a creator with its child.
struct Wires {
  sys::Pipe go = sys::pipe();
  sys::Pipe report = sys::pipe();
  std::pair<sys::unique_fd, sys::unique_fd> console{};

  explicit Wires(bool terminal) {
    if (terminal) console = sys::seqpacket_pair();
  }
  /// In the child: keeps only its own ends, so that it sees its creator's death as end of file.
  ChildPipes for_child() {
    go.write.reset();
    report.read.reset();
    console.first.reset();
    return {.go = go.read.get(), .report = report.write.get(), .console = console.second.get()};
  }
};

/// Builds what only this layer may fill in.
struct StartedAccess {
  static Started make(sys::Cloned cloned, Wires wires) {
    Started started;
    started.pid_ = cloned.pid;
    started.pidfd_ = std::move(cloned.pidfd);
    started.report_ = std::move(wires.report.read);
    started.go_ = std::move(wires.go.write);
    started.go_other_end_ = std::move(wires.go.read);
    started.console_socket_ = std::move(wires.console.first);
    return started;
  }
};

namespace {

std::uint64_t clone_flags(const Spec& spec) {
  std::uint64_t flags = 0;
  for (const Namespace& wanted : spec.linux.namespaces) {
    if (!wanted.path.empty()) continue;
    switch (wanted.type) {
      case NamespaceType::mount:
        flags |= CLONE_NEWNS;
        break;
      case NamespaceType::uts:
        flags |= CLONE_NEWUTS;
        break;
      case NamespaceType::ipc:
        flags |= CLONE_NEWIPC;
        break;
      case NamespaceType::pid:
        flags |= CLONE_NEWPID;
        break;
      case NamespaceType::network:
        flags |= CLONE_NEWNET;
        break;
      case NamespaceType::user:
        flags |= CLONE_NEWUSER;
        break;
      case NamespaceType::cgroup:
        break;  // by the child, once it is in its group
    }
  }
  return flags;
}

std::string map_text(const std::vector<IdMapping>& mappings) {
  std::string text;
  for (const IdMapping& line : mappings)
    text += std::to_string(line.container_id) + " " + std::to_string(line.host_id) + " " +
            std::to_string(line.size) + "\n";
  return text;
}

void write_mappings(const Spec& spec, pid_t pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  try {
    sys::write_control(proc + "/gid_map", map_text(spec.linux.gid_mappings));
  } catch (const std::system_error&) {
    // An ordinary user may map only after giving up setgroups (CVE-2014-8989).
    sys::write_control(proc + "/setgroups", "deny");
    sys::write_control(proc + "/gid_map", map_text(spec.linux.gid_mappings));
  }
  sys::write_control(proc + "/uid_map", map_text(spec.linux.uid_mappings));
}

/// One byte to the child. It may be dead already: wait_ready() and wait_started() find out why.
void tell(int go) {
  const char byte = 'g';
  (void)!::write(go, &byte, 1);
}

bool makes(const Spec& spec, NamespaceType type) {
  return std::any_of(spec.linux.namespaces.begin(), spec.linux.namespaces.end(),
                     [&](const Namespace& one) { return one.type == type && one.path.empty(); });
}

sys::Cloned clone_container(const Spec& spec, const cgroup::Cgroup* cgroup, const CreateOptions& options) {
  for (const Namespace& wanted : spec.linux.namespaces)
    if (wanted.type == NamespaceType::pid && !wanted.path.empty())
      return clone_in_pid_namespace(sys::open(wanted.path, O_RDONLY).get(), clone_flags(spec), cgroup,
                                    options);
  return clone_into(clone_flags(spec), cgroup, options);
}

StartError killed_too_early() {
  return {"the container's first process was killed before it was ready", 0, false};
}

/// What is not open would be taken by our own pipes.
void check_preserved(int count) {
  for (int fd = STDERR_FILENO + 1; fd <= STDERR_FILENO + count; ++fd)
    if (::fcntl(fd, F_GETFD) < 0)
      throw std::invalid_argument("descriptor " + std::to_string(fd) +
                                  " is to be preserved, and is not open");
}

}  // namespace

sys::unique_fd Started::take_console() {
  auto message = sys::receive_message(console_socket_.get());
  if (!message || message->fds.empty()) throw std::runtime_error("the container sent no terminal");
  return std::move(message->fds.front());
}

void Started::release() {
  tell(go_.get());
  go_.reset();
}

void Started::wait_built() {
  if (report::next(report_.get()) == report::Word::end) throw killed_too_early();
}

void Started::proceed() { tell(go_.get()); }

void Started::wait_ready() {
  if (report::next(report_.get()) == report::Word::end) throw killed_too_early();
}

void Started::wait_started() {
  while (report::next(report_.get()) != report::Word::end) {
  }
}

Started create(const Spec& spec, const cgroup::Cgroup* cgroup, const CreateOptions& options) {
  // In the host's own one the next steps would turn the host over.
  if (!makes(spec, NamespaceType::mount))
    throw std::invalid_argument("a container needs a mount namespace of its own");
  check_preserved(options.preserved);
  Wires wires(spec.process.terminal);
  sys::Cloned cloned = clone_container(spec, cgroup, options);
  if (cloned.pid == 0) become_container(spec, cgroup, options, wires.for_child());
  if (makes(spec, NamespaceType::user)) {
    write_mappings(spec, cloned.pid);
    tell(wires.go.write.get());
  }
  return StartedAccess::make(std::move(cloned), std::move(wires));
}

Started exec(const Target& target, const Spec& spec, const Process& process, const CreateOptions& options) {
  check_preserved(options.preserved);
  Wires wires(process.terminal);
  sys::Cloned cloned = clone_in_pid_namespace(target.pidfd, 0, target.cgroup, options);
  if (cloned.pid == 0) join_container(target, spec, process, options, wires.for_child());
  return StartedAccess::make(std::move(cloned), std::move(wires));
}

}  // namespace runtime
