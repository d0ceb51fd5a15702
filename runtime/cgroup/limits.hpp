// Writes a group's limits into the kernel's files.
#pragma once

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime::cgroup {

/// What the host cannot honour is named in `warnings`, every limit at most once.
void apply_limits(const Paths& paths, const Resources& resources, std::vector<std::string>& warnings);

/// Which devices may be used: a program on the v2 tree, otherwise the devices controller.
void apply_devices(const Paths& paths, const std::vector<DeviceRule>& rules,
                   std::vector<std::string>& warnings);

}  // namespace runtime::cgroup
