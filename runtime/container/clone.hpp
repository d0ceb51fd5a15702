// The clone itself: into a cgroup, into another pid namespace. Both processes return from these functions,
// the child with pid 0; they throw std::system_error in the parent only.
#pragma once

#include <cstdint>

#include "runtime/container/container.hpp"

namespace runtime {

/// `flags` is a set of CLONE_*; `cgroup` may be null.
sys::Cloned clone_into(std::uint64_t flags, const cgroup::Cgroup* cgroup, const CreateOptions& options);

/// The child is born in the pid namespace that the descriptor names (also a pidfd); the caller's next ones
/// are not.
sys::Cloned clone_in_pid_namespace(int pid_namespace, std::uint64_t flags, const cgroup::Cgroup* cgroup,
                                   const CreateOptions& options);

}  // namespace runtime
