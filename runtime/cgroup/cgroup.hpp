// Control groups of one container: limits, freeze, kill, statistics, on cgroup v2, hybrid and v1 hosts.
// See cgroup-v2.rst and cgroup-v1/ in the kernel's documentation.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/spec/spec.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime::cgroup {

enum class Version { v1, hybrid, v2 };

/// Where this host keeps its cgroups and which directories this process may make groups under.
/// A value, so that tests can point it elsewhere.
struct Hierarchy {
  Version version = Version::v2;
  std::string unified{};  ///< base directory in the v2 tree ("" on pure v1)
  struct V1 {
    std::vector<std::string> controllers{};  ///< "cpu", "cpuacct"
    std::string base{};                      ///< base directory in this hierarchy
    friend bool operator==(const V1&, const V1&) = default;
  };
  std::vector<V1> v1{};
  /// v1 controllers with limits on a group above ours: each of ours has a directory there.
  std::set<std::string> limited_above{};
  friend bool operator==(const Hierarchy&, const Hierarchy&) = default;
};

/// Reads statfs("/sys/fs/cgroup"), /proc/self/mountinfo and /proc/self/cgroup.
Hierarchy detect();

/// The directories of one container's cgroup, enough to find it again after a crash. Goes into the state
/// file.
struct Paths {
  std::string unified{};          ///< "" where there is none
  std::vector<std::string> v1{};  ///< only those made, for limits that are set
  friend bool operator==(const Paths&, const Paths&) = default;
};

struct Statistics {
  std::uint64_t memory_current = 0;  ///< bytes, without inactive file pages, as docker stats shows it
  std::uint64_t memory_limit = 0;    ///< bytes; 0: none
  std::uint64_t memory_peak = 0;     ///< bytes; 0: unknown
  std::uint64_t cpu_usage_usec = 0;
  std::uint64_t pids_current = 0;
  std::uint64_t io_read_bytes = 0;
  std::uint64_t io_write_bytes = 0;
  std::uint64_t oom_kills = 0;
};

class Cgroup {
 public:
  /// Makes the directories `name` (may contain '/') below the hierarchy's bases, v1 ones only where a limit
  /// needs them, and writes the limits before any process is inside. What the host cannot honour (missing
  /// controller, no privilege) is left out and named in `warnings`, one sentence each.
  /// Throws std::system_error where not even the group itself can be made, and leaves nothing behind then.
  static Cgroup create(const Hierarchy& hierarchy, const std::string& name, const Resources& resources,
                       std::vector<std::string>& warnings);
  /// Which devices may be used, for a group on the v2 tree that was made without saying so: loading the
  /// kernel's filter takes a quarter of a millisecond, in which a container can be built already.
  void limit_devices(const std::vector<DeviceRule>& rules, std::vector<std::string>& warnings) const;
  /// The same for a group above others, which may be there already: the limits hold for all of them together.
  static Cgroup create_parent(const Hierarchy& hierarchy, const std::string& name, const Resources& resources,
                              std::vector<std::string>& warnings);
  /// What `create` would make, to be written down before it is made.
  static Paths plan(const Hierarchy& hierarchy, const std::string& name, const Resources& resources);
  /// An existing group, from a state file.
  static Cgroup open(const Paths& paths);

  [[nodiscard]] const Paths& paths() const { return paths_; }
  /// O_PATH descriptor of the v2 directory for CLONE_INTO_CGROUP; -1 on pure v1.
  [[nodiscard]] int unified_fd() const { return unified_.get(); }
  /// Called by the child itself: joins the v1 groups (and the v2 one where it was not born into it).
  void join_v1() const;

  /// Changes the limits of a living group.
  void update(const Resources& resources, std::vector<std::string>& warnings);
  /// SIGKILL to every process inside, also frozen ones; does not wait for their end. A killed group is never
  /// used again.
  void kill() const;
  /// A signal to every process inside, but for those in sub-groups.
  void signal(int number) const;
  /// Returns when frozen (or on its way to be thawed); throws std::system_error (ETIMEDOUT) after 10 s.
  void freeze() const;
  void thaw() const;
  [[nodiscard]] bool frozen() const;
  [[nodiscard]] bool populated() const;
  /// cgroup.events: poll(2) reports POLLPRI, once and for all until expect_next(), after populated() or
  /// frozen() has changed. Empty where there is no v2 group.
  [[nodiscard]] sys::unique_fd events() const;
  /// What has changed by now is known.
  static void expect_next(int events);
  /// Waits until nobody is inside, at most `milliseconds`. False where somebody still is.
  [[nodiscard]] bool wait_empty(int milliseconds) const;
  [[nodiscard]] std::vector<int> processes() const;
  [[nodiscard]] Statistics statistics() const;
  /// Processes killed inside by the out-of-memory killer so far; read it before `remove`.
  [[nodiscard]] std::uint64_t oom_kills() const;
  /// Removes the directories with their sub-groups; nothing happens where they are gone already.
  /// False where a process is still inside (EBUSY).
  bool remove() const;

 private:
  Cgroup(Paths paths, sys::unique_fd unified);
  static Cgroup create_once(const Hierarchy& hierarchy, const std::string& name, const Resources& resources,
                            std::vector<std::string>& warnings);
  [[nodiscard]] bool exists() const;
  [[nodiscard]] bool freeze_within(int milliseconds) const;
  /// Where there is no cgroup.kill (v1, and Linux before 5.14): nobody forks while frozen.
  void kill_frozen() const;
  Paths paths_{};
  sys::unique_fd unified_{};
};

}  // namespace runtime::cgroup
