// Limits as the kernel's files: which value goes into which file of which controller. Pure.
#pragma once

#include <string>
#include <vector>

#include "runtime/spec/spec.hpp"

namespace runtime::cgroup {

/// One write. Order matters within a controller.
struct Setting {
  std::string controller{};
  std::string file{};
  std::string value{};
  std::string limit{};    ///< what it is for people: "memory limit"
  bool optional = false;  ///< the file may be missing where another one of the same limit is there
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// See cgroup-v1/*.rst in the kernel's documentation.
std::vector<Setting> v1_settings(const Resources& resources);
/// See cgroup-v2.rst. What v2 cannot express is named in `unsupported`.
std::vector<Setting> v2_settings(const Resources& resources, std::vector<std::string>& unsupported);

/// cpu.shares (2 to 262144, usually 1024) as cpu.weight (1 to 10000, usually 100), by the curve crun and runc
/// use.
std::uint64_t weight_of_shares(std::uint64_t shares);

}  // namespace runtime::cgroup
