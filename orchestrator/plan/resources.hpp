// Decides only: which networks and volumes containers need that are not there.
#pragma once

#include <vector>

#include "orchestrator/plan/observed.hpp"
#include "orchestrator/plan/plan.hpp"

namespace orchestrator::plan {

/// Steps for what the containers of `steps` are going to use. A network is there while a running container
/// is in it.
std::vector<Step> resources_for(const project::Project& project, const Observed& observed,
                                const std::vector<Step>& steps);

}  // namespace orchestrator::plan
