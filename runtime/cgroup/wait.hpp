// Waiting for what happens in a group.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/cgroup/cgroup.hpp"

namespace runtime::cgroup {

/// Waits until `key` of a v2 directory's cgroup.events has the value. False where `milliseconds` were not
/// enough.
bool wait_event(const std::string& directory, const std::string& key, std::uint64_t value, int milliseconds);

/// The same for what a v1 group does not announce.
bool wait_v1_frozen(const Cgroup& group, int milliseconds);
bool wait_v1_empty(const Cgroup& group, int milliseconds);

}  // namespace runtime::cgroup
