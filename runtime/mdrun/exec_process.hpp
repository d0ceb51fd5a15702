// What `exec` runs in a container: its own process with what the command line changes. Pure.
#pragma once

#include "runtime/mdrun/command_line.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime::mdrun {

/// `own` is the container's process, or the one that --process names. Throws UsageError.
Process exec_process(const Process& own, const Arguments& arguments);

}  // namespace runtime::mdrun
