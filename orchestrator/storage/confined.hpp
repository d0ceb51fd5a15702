// Work on files whose names come from elsewhere, by a process that cannot leave a directory.
#pragma once

#include <functional>

#include "runtime/sys/worker.hpp"

namespace orchestrator::storage {

/// A child that has changed its root directory to `root` before it works. What it opens by then, it has; what
/// it is given afterwards lies inside. The caller is single-threaded. Throws std::system_error where there is
/// none.
runtime::sys::Worker start_confined(int root, const std::function<void()>& work);

}  // namespace orchestrator::storage
