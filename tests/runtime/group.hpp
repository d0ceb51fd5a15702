// Control groups of this machine for one test, and what may be done at all by who runs it.
#pragma once

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"

namespace runtime::test {

/// False in a user namespace, as where an ordinary user runs the tests; then some of them say why they do
/// not.
bool real_root();
constexpr const char* kNeedsNumbers = "needs real root: more than one user and group number";
constexpr const char* kNeedsCgroups = "needs real root: limits are cgroups";
constexpr const char* kNeedsHostMounts = "needs real root: mounts in the host's namespace";
constexpr const char* kNeedsWholeRoot =
    "needs real root: the kernel shows nobody else what lies below the host's mounts, and an overlay of / "
    "would";

/// A group with these limits, gone at the end with everybody who is still inside.
class Group {
 public:
  explicit Group(const Resources& resources, const cgroup::Hierarchy& hierarchy = cgroup::detect());
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group();

  [[nodiscard]] const cgroup::Cgroup& operator*() const { return cgroup_; }
  [[nodiscard]] const cgroup::Cgroup* operator->() const { return &cgroup_; }
  [[nodiscard]] cgroup::Cgroup& get() { return cgroup_; }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  [[nodiscard]] std::vector<std::string> directories() const;
  /// The first line of a control file in whichever of its directories has it; "" where none has.
  [[nodiscard]] std::string value(const std::string& file) const;

 private:
  std::vector<std::string> warnings_{};
  cgroup::Cgroup cgroup_;
};

/// A name below the hierarchies' bases that nobody else uses.
std::string fresh_group_name();

}  // namespace runtime::test
