// What a stack means without saying it: the default network, dependencies that follow from shared namespaces,
// full names of resources, variables taken over from the caller.
#pragma once

#include <string>

#include "orchestrator/compose/environment.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// Variables of a service's environment that have no value get the caller's, where there is one.
void take_over_variables(Node& model, const Environment& environment);

/// Works on an expanded, merged tree with its defaults.
void normalize(Node& model, const std::string& project_name, const Environment& environment);

}  // namespace orchestrator::compose
