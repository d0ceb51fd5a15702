// The output of containers as the options of `logs` and `up` want it.
#pragma once

#include "orchestrator/cli/log_follower.hpp"
#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {

/// --no-color, --no-log-prefix, on standard output; what containers wrote to standard error goes to `err`.
LogFollower follower_for(const state::ProjectPaths& paths, const Options& options,
                         const LogSelection& selection, int err);

}  // namespace orchestrator::cli
