// The supervisor of one project: a process that outlives every command and dies only when nothing is left to
// do.
#pragma once

#include <string>

#include "orchestrator/state/paths.hpp"
#include "runtime/keeper/keeper.hpp"

namespace orchestrator::supervisor {

/// A keeper for the project, whose supervisor runs with the caller's environment.
runtime::keeper::LaunchOptions launch_options(const state::Roots& roots, const state::ProjectPaths& paths);

/// Entry of `mdcompose __supervise`, started by the keeper. Returns the exit status: 0 when nothing runs and
/// nobody is connected. Signals are blocked by the caller.
int run(const state::Roots& roots, const std::string& project);

}  // namespace orchestrator::supervisor
