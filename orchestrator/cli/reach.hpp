// Finds the supervisor of a project, or starts one.
#pragma once

#include "orchestrator/cli/session.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

/// True where there is anything of the project on this machine.
bool has_traces(const state::ProjectPaths& paths);

/// A session that goes on with the next supervisor.
Session reach(const state::Roots& roots, const std::string& project);

/// Connects to the supervisor. Where none lives, a keeper is started, which starts one; it adopts what it
/// finds. Throws std::runtime_error where this process lacks the privilege to run containers.
Connection connect(const state::Roots& roots, const state::ProjectPaths& paths);

}  // namespace orchestrator::cli
