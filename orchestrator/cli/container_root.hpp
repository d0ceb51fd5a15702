// A container's files, for commands that look at them from outside.
#pragma once

#include <string>

#include "orchestrator/state/instance.hpp"
#include "orchestrator/state/paths.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::cli {

/// The container's root directory: as its processes see it, with everything mounted, or, where it does not
/// run, its layers alone. Throws std::runtime_error where it has never run.
runtime::sys::unique_fd container_root(const state::ProjectPaths& paths, const state::Instance& instance);

}  // namespace orchestrator::cli
