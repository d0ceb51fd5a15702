// Kernel parameters of a container: only those that its namespaces confine.
#pragma once

#include "runtime/spec/spec.hpp"

namespace runtime {

/// Writes them below `proc`, a descriptor of a procfs in the container's namespaces. Throws
/// std::invalid_argument, before anything is written, for one that would change the host or another
/// container.
void write_sysctls(int proc, const Linux& linux_part);

}  // namespace runtime
