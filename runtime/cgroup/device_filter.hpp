// Which device nodes may be made and opened: BPF_PROG_TYPE_CGROUP_DEVICE on v2, the devices controller on v1.
#pragma once

#include <linux/bpf.h>

#include <string>
#include <vector>

#include "runtime/spec/spec.hpp"

namespace runtime::cgroup {

/// The program that decides as the rules say, the last fitting one first. Pure.
std::vector<bpf_insn> compile_device_filter(const std::vector<DeviceRule>& rules);

/// Attaches the program to the v2 directory `cgroup`. Throws std::system_error (EPERM without CAP_BPF).
void attach_device_filter(int cgroup, const std::vector<DeviceRule>& rules);

/// A rule as devices.allow and devices.deny want it: "c 1:3 rwm". Pure.
std::string v1_device_rule(const DeviceRule& rule);

}  // namespace runtime::cgroup
