// Decides only: which containers `start` is about.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/plan/observed.hpp"

namespace orchestrator::plan {

/// Ids of the containers of these services (none: all) and of those that they depend on, also of those that
/// run. A job that is done is run again only where it is named. Containers of `run` are meant only by name.
std::set<std::string> ids_to_start(const Observed& observed, const std::vector<std::string>& services);

}  // namespace orchestrator::plan
