// Volumes as commands see and show them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/state/instance.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

/// Full names of what the containers mount, external volumes as well.
std::set<std::string> mounted_volumes(const state::ProjectPaths& paths,
                                      const std::vector<state::Instance>& instances);

/// As --quiet and --format want it.
std::string volume_list(const std::set<std::string>& names, const Options& options);

}  // namespace orchestrator::cli
