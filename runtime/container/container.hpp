// Starts, enters and ends containers. Knows Linux and the OCI runtime-spec, nothing else.
//
// A container is made in two steps, so that its identity can be written down before it may run:
//   Container c = create(spec, ...);   // the child builds its world and waits in front of execve
//   ... network, state file ...
//   c.release();                       // now it may execute
//   c.wait_started();                  // end of file on the report pipe: execve has happened
// A creator that dies in between leaves nothing: the child reads end of file instead of the release and
// exits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/container/gate.hpp"
#include "runtime/spec/spec.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// Why a process never came to execve; what() is one sentence, lower case, without a full stop.
class StartError : public std::runtime_error {
 public:
  StartError(const std::string& what, int error, bool at_exec)
      : std::runtime_error(what), error_(error), at_exec_(at_exec) {}
  [[nodiscard]] int error() const { return error_; }  ///< errno, 0 where there is none
  /// The code a shell would give: 127 command not found, 126 not executable, 125 anything else.
  [[nodiscard]] int exit_code() const;

 private:
  int error_;
  bool at_exec_;
};

/// Descriptors for 0, 1, 2; borrowed; -1 is /dev/null. Ignored with process.terminal, where the container
/// gets its own pty and the creator its master (Started::console).
struct Stdio {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// For a process that runs its command not once but for every byte that comes from one pipe, and says in the
/// other how it ended: runtime/repeat. Borrowed; -1: it runs once.
struct Repetition {
  int orders = -1;
  int answers = -1;
};

struct CreateOptions {
  Stdio stdio{};
  bool as_sibling = false;       ///< CLONE_PARENT: the caller's parent reaps it (the keeper)
  bool die_with_parent = false;  ///< PR_SET_PDEATHSIG, SIGKILL
  int preserved = 0;             ///< the descriptors from 3 on that the process keeps
  std::string program{};         ///< the file to execute; empty: args[0], searched in PATH
  bool pause_built = false;      ///< stops before pivot_root, too: wait_built(), proceed()
  const Gate* gate = nullptr;    ///< released, it waits once more, here; borrowed
  Repetition repetition{};       ///< for exec()
};

/// A process on its way to execve, or past it.
class Started {
 public:
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }
  sys::unique_fd take_pidfd() { return std::move(pidfd_); }
  /// The pty's master, where process.terminal is set. Given away once.
  sys::unique_fd take_console();
  /// With CreateOptions::pause_built. Blocks until the mounts are made and the host's tree is still seen;
  /// throws StartError.
  void wait_built();
  /// Lets it go on from there.
  void proceed();
  /// Lets the process execute. Until then it has built its world and waits.
  void release();
  /// Readable when the process has reached execve or failed: then wait_started() does not block.
  [[nodiscard]] int report_fd() const { return report_.get(); }
  /// Blocks until execve has happened, or until the process is at its gate. Throws StartError.
  void wait_started();
  /// Readable when the process has built its world and waits for release(), or has failed before.
  /// Blocks until then; throws StartError.
  void wait_ready();

 private:
  friend struct StartedAccess;
  pid_t pid_ = 0;
  sys::unique_fd pidfd_{};
  sys::unique_fd report_{};
  sys::unique_fd go_{};
  sys::unique_fd go_other_end_{};  ///< open, so that telling a dead child raises no SIGPIPE
  sys::unique_fd console_socket_{};
};

/// Clones the container's first process into `cgroup` (may be null: none). Throws std::system_error where the
/// clone itself fails, std::invalid_argument for a spec without a new mount namespace; everything later comes
/// through wait_ready() and wait_started(). The caller must be single-threaded and small: the child is a copy
/// of it.
Started create(const Spec& spec, const cgroup::Cgroup* cgroup, const CreateOptions& options);

/// One sentence for each of the rlimits, and for the oom_score_adj, that the process, which waits for
/// release(), has not got as it was meant: to raise a hard limit and to lower the score takes
/// CAP_SYS_RESOURCE. Throws std::system_error.
std::vector<std::string> unmet_limits(const Process& wanted, pid_t pid);

/// A running container, as a later process finds it.
struct Target {
  int pidfd = -1;  ///< of the container's init; borrowed
  pid_t pid = 0;
  const cgroup::Cgroup* cgroup = nullptr;  ///< the new process is born in it; may be null
};
/// Starts another process inside: same namespaces, cgroup, seccomp; `spec` is the container's own, `process`
/// what runs (already with environment, user and capabilities filled in). The new process is the caller's
/// child. Its creation is held back like a container's: release() lets it execute.
Started exec(const Target& target, const Spec& spec, const Process& process, const CreateOptions& options);

/// Docker's fourteen capabilities (mask 0xa80425fb).
const std::vector<std::string>& default_capabilities();
/// Docker's masked and read-only paths.
const std::vector<std::string>& default_masked_paths();
const std::vector<std::string>& default_readonly_paths();
/// The mounts every container gets: /proc, /dev, /dev/pts, /dev/shm (size in bytes), /dev/mqueue, /sys,
/// /sys/fs/cgroup.
std::vector<Mount> default_mounts(std::uint64_t shm_size = 64 << 20);
/// Docker's default device rules (null, zero, full, random, urandom, tty, console, ptmx, pts; mknod of any).
const std::vector<DeviceRule>& default_device_rules();

}  // namespace runtime
