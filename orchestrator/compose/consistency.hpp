// What one value alone cannot show: names that lead nowhere, circles, ports claimed twice. Pure.
#pragma once

#include <set>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

/// Names in the project must lead somewhere; dependencies must not go in a circle.
void check_consistency(const project::Project& project, Findings& findings);

/// Moves services outside of the active profiles to `disabled`.
void apply_profiles(project::Project& project, const std::set<std::string>& active);

}  // namespace orchestrator::compose
