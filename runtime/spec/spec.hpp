// What a container is, in the words of the OCI runtime-spec (config.md, config-linux.md). Values only.
// Where we say more than the specification (an overlay root, names for users) the member says so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace runtime {

/// Ours: the root is an overlay of `lower` (topmost first). With an upper directory it is copy-on-write, and
/// `volatile` (no sync at exit); without one it is read-only. See overlayfs.rst in the kernel's
/// documentation.
struct Overlay {
  std::vector<std::string> lower{};
  std::string upper{};
  std::string work{};
  friend bool operator==(const Overlay&, const Overlay&) = default;
};

/// config.md, "Root".
struct Root {
  std::string path{};                ///< directory of the root filesystem; unused with an overlay
  bool readonly = false;             ///< the root is read-only once every mount point exists
  std::optional<Overlay> overlay{};  ///< ours
  friend bool operator==(const Root&, const Root&) = default;
};

/// config.md, "Mounts". Options are those of mount(8): "ro", "rbind", "nosuid", "rprivate", "size=64m", …
struct Mount {
  std::string destination{};  ///< absolute, inside the container; resolved without leaving the root
  std::string type{};         ///< "bind", "tmpfs", "proc", "sysfs", "devpts", "mqueue", "cgroup", …
  std::string source{};       ///< for bind: a path of the host
  std::vector<std::string> options{};
  friend bool operator==(const Mount&, const Mount&) = default;
};

/// config.md, "User": the numbers are exact. Ours: `name` and `additional_groups` are resolved in the
/// container's own /etc/passwd and /etc/group when it starts ("app", "app:staff", "1000:1000"), and take
/// precedence over the numbers.
struct User {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::optional<std::uint32_t> umask{};
  std::vector<std::uint32_t> additional_gids{};
  std::string name{};
  std::vector<std::string> additional_groups{};
  friend bool operator==(const User&, const User&) = default;
};

/// config.md, "Rlimits": "RLIMIT_NOFILE" and so on; UINT64_MAX is infinity. A hard limit above the caller's
/// is clamped where CAP_SYS_RESOURCE is missing.
struct Rlimit {
  std::string type{};
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
  friend bool operator==(const Rlimit&, const Rlimit&) = default;
};

/// Names with prefix: "CAP_CHOWN". Effective, permitted and inheritable follow capabilities(7).
struct Capabilities {
  std::vector<std::string> bounding{};
  std::vector<std::string> effective{};
  std::vector<std::string> inheritable{};
  std::vector<std::string> permitted{};
  std::vector<std::string> ambient{};
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// config.md, "Process".
struct Process {
  bool terminal = false;
  std::uint16_t rows = 0;     ///< consoleSize.height; 0: the terminal's default
  std::uint16_t columns = 0;  ///< consoleSize.width
  std::string cwd = "/";
  bool create_cwd = false;          ///< ours: make the working directory where it is missing, as Docker does
  std::vector<std::string> env{};   ///< "NAME=value"
  std::vector<std::string> args{};  ///< args[0] is searched in env's PATH inside the container
  User user{};
  std::optional<Capabilities> capabilities{};  ///< nothing: every capability of the caller stays
  std::vector<Rlimit> rlimits{};
  bool no_new_privileges = false;
  std::optional<int> oom_score_adj{};
  std::string apparmor_profile{};
  std::string selinux_label{};
  friend bool operator==(const Process&, const Process&) = default;
};

enum class NamespaceType { mount, uts, ipc, pid, network, cgroup, user };

/// config-linux.md, "Namespaces": a new one, or the one that `path` names (also /proc/self/fd/N).
struct Namespace {
  NamespaceType type = NamespaceType::mount;
  std::string path{};
  friend bool operator==(const Namespace&, const Namespace&) = default;
};

/// One line of user_namespaces(7) uid_map.
struct IdMapping {
  std::uint32_t container_id = 0;
  std::uint32_t host_id = 0;
  std::uint32_t size = 0;
  friend bool operator==(const IdMapping&, const IdMapping&) = default;
};

/// config-linux.md, "Devices": a node made in the container.
struct Device {
  char type = 'c';  ///< 'c', 'b', 'p'
  std::string path{};
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint32_t mode = 0666;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  friend bool operator==(const Device&, const Device&) = default;
};

/// config-linux.md, "Allowed Device list". Later rules win; the default denies everything.
struct DeviceRule {
  bool allow = false;
  char type = 'a';                      ///< 'a' all, 'c', 'b'
  std::optional<std::int64_t> major{};  ///< nothing: any
  std::optional<std::int64_t> minor{};
  std::string access = "rwm";
  friend bool operator==(const DeviceRule&, const DeviceRule&) = default;
};

/// config-linux.md, "Memory", in bytes; -1 is unlimited.
struct MemoryLimits {
  std::optional<std::int64_t> limit{};
  std::optional<std::int64_t> reservation{};
  std::optional<std::int64_t> swap{};  ///< memory plus swap
  std::optional<std::uint64_t> swappiness{};
  std::optional<bool> disable_oom_killer{};
  friend bool operator==(const MemoryLimits&, const MemoryLimits&) = default;
};

/// config-linux.md, "CPU"; quota and period in microseconds.
struct CpuLimits {
  std::optional<std::uint64_t> shares{};
  std::optional<std::int64_t> quota{};
  std::optional<std::uint64_t> period{};
  std::optional<std::int64_t> realtime_runtime{};
  std::optional<std::uint64_t> realtime_period{};
  std::string cpus{};
  std::string mems{};
  friend bool operator==(const CpuLimits&, const CpuLimits&) = default;
};

struct BlockWeight {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint16_t weight = 0;
  friend bool operator==(const BlockWeight&, const BlockWeight&) = default;
};
struct BlockThrottle {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint64_t rate = 0;  ///< bytes or operations per second
  friend bool operator==(const BlockThrottle&, const BlockThrottle&) = default;
};
/// config-linux.md, "Block IO".
struct BlockIoLimits {
  std::optional<std::uint16_t> weight{};  ///< 10 to 1000
  std::vector<BlockWeight> weight_device{};
  std::vector<BlockThrottle> throttle_read_bps{};
  std::vector<BlockThrottle> throttle_write_bps{};
  std::vector<BlockThrottle> throttle_read_iops{};
  std::vector<BlockThrottle> throttle_write_iops{};
  friend bool operator==(const BlockIoLimits&, const BlockIoLimits&) = default;
};

/// config-linux.md, "Control groups".
struct Resources {
  std::vector<DeviceRule> devices{};
  MemoryLimits memory{};
  CpuLimits cpu{};
  BlockIoLimits block_io{};
  std::optional<std::int64_t> pids_limit{};  ///< 0 or negative: unlimited
  std::map<std::string, std::string> unified{};
  friend bool operator==(const Resources&, const Resources&) = default;
};

/// config-linux.md, "Seccomp", one comparison of an argument.
struct SeccompArg {
  std::uint32_t index = 0;
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;
  std::string op{};  ///< "SCMP_CMP_EQ", …
  friend bool operator==(const SeccompArg&, const SeccompArg&) = default;
};
struct SeccompSyscall {
  std::vector<std::string> names{};
  std::string action{};  ///< "SCMP_ACT_ALLOW", …
  std::optional<std::uint32_t> errno_ret{};
  std::vector<SeccompArg> args{};
  friend bool operator==(const SeccompSyscall&, const SeccompSyscall&) = default;
};
struct SeccompProfile {
  std::string default_action{};
  std::optional<std::uint32_t> default_errno_ret{};
  std::vector<std::string> architectures{};
  std::vector<SeccompSyscall> syscalls{};
  friend bool operator==(const SeccompProfile&, const SeccompProfile&) = default;
};
/// Ours: which filter is loaded. `standard` is our default, compiled ahead for the container's capabilities.
enum class SeccompMode { none, standard, profile };
struct Seccomp {
  SeccompMode mode = SeccompMode::none;
  SeccompProfile profile{};  ///< with SeccompMode::profile
  friend bool operator==(const Seccomp&, const Seccomp&) = default;
};

/// config-linux.md.
struct Linux {
  std::vector<Namespace> namespaces{};
  std::vector<IdMapping> uid_mappings{};
  std::vector<IdMapping> gid_mappings{};
  std::vector<Device> devices{};
  std::string cgroups_path{};  ///< relative to the base this process may use; empty: no cgroup of its own
  Resources resources{};
  std::string rootfs_propagation{};
  Seccomp seccomp{};
  std::map<std::string, std::string> sysctl{};
  std::vector<std::string> masked_paths{};
  std::vector<std::string> readonly_paths{};
  friend bool operator==(const Linux&, const Linux&) = default;
};

/// config.md, "POSIX-platform Hooks": a program that is given the container's state on its standard input.
struct Hook {
  std::string path{};
  std::vector<std::string> args{};  ///< with args[0]; empty: the path alone
  std::vector<std::string> env{};
  std::optional<int> timeout{};  ///< seconds
  friend bool operator==(const Hook&, const Hook&) = default;
};
struct Hooks {
  std::vector<Hook> prestart{};
  std::vector<Hook> create_runtime{};
  std::vector<Hook> create_container{};
  std::vector<Hook> start_container{};
  std::vector<Hook> poststart{};
  std::vector<Hook> poststop{};
  friend bool operator==(const Hooks&, const Hooks&) = default;
};

/// config.md. `init`: ours, PID 1 is our own reaper and `process` its child.
struct Spec {
  std::string oci_version = "1.0.2";
  Root root{};
  std::vector<Mount> mounts{};
  Process process{};
  std::string hostname{};
  std::string domainname{};
  Hooks hooks{};  ///< run by mdrun; create() and exec() know nothing of them
  Linux linux{};
  std::map<std::string, std::string> annotations{};
  bool init = false;
  friend bool operator==(const Spec&, const Spec&) = default;
};

}  // namespace runtime
