// Descriptors that tell when a group is short of something.
#pragma once

#include <string>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime::cgroup {

/// Somebody inside was killed for want of memory, or is about to be. Also when the group is removed.
struct MemoryAlarm {
  sys::unique_fd fd{};    ///< empty: this group is not asked
  std::string file{};     ///< which is gone when the group is
  bool is_urgent = true;  ///< POLLPRI tells (v2), else POLLIN (v1), and then the kill is yet to come

  [[nodiscard]] bool is_there() const;
  /// What has been told is known.
  void expect_next() const;
};
/// cgroup-v2.rst, memory.events; cgroup-v1/memory.rst, "OOM Control".
MemoryAlarm memory_alarm(const Paths& group);

/// POLLPRI, at most once in two seconds, while processes of the group below the hierarchy's v2 base wait for
/// "cpu", "memory" or "io" for 15 % of the time or longer: accounting/psi.rst. Also when the group is
/// removed.
struct PressureAlarm {
  sys::unique_fd fd{};  ///< empty: the kernel does not tell
  std::string file{};

  [[nodiscard]] bool is_there() const;
  /// Share of the last ten seconds that some process has waited: "12.34", percent.
  [[nodiscard]] std::string share() const;
};
PressureAlarm pressure_alarm(const Hierarchy& hierarchy, const std::string& name,
                             const std::string& resource);
/// False where the kernel has been made, or started, without pressure stall information.
bool reports_pressure(const Hierarchy& hierarchy);

}  // namespace runtime::cgroup
