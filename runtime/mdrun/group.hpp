// The cgroup of one container: where config.json wants it, or below a name of our own.
#pragma once

#include <optional>
#include <string>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/mdrun/log.hpp"
#include "runtime/mdrun/record.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime::mdrun {

/// Writes into `record` what make_group() is about to make. Throws std::runtime_error where the cgroup is in
/// use: deleting a container kills everybody inside.
void plan_group(const cgroup::Hierarchy& hierarchy, const Spec& spec, Record& record);

/// Makes it. A limit that cannot be had is an error for root; others are told what they do without, and get
/// no cgroup at all where they ask for none and may not make one. Throws std::runtime_error,
/// std::system_error.
std::optional<cgroup::Cgroup> make_group(const cgroup::Hierarchy& hierarchy, const Spec& spec, Record& record,
                                         const Log& log);

/// Says which devices may be used where make_group() has left that open: after the container's process has
/// been made, and before it may execute.
void limit_devices(const cgroup::Cgroup& group, const Spec& spec, const Log& log);

/// False where somebody inside cannot be killed.
bool remove_group(const Record& record);

}  // namespace runtime::mdrun
