// Which cgroup trees this host has: pure parsing of what the kernel says, and the reading of it.
#pragma once

#include <string_view>

#include "runtime/cgroup/cgroup.hpp"

namespace runtime::cgroup {

/// From /proc/self/mountinfo alone.
Hierarchy parse_mounts(std::string_view mountinfo);

/// The path of the caller in the v2 tree, from /proc/self/cgroup ("0::/user.slice/…").
std::string unified_path(std::string_view self_cgroup);

}  // namespace runtime::cgroup
