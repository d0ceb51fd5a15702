// The settled tree as values: project::Project. What the runtime cannot do is refused here, with its place.
#pragma once

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/load.hpp"

namespace orchestrator::compose {

project::Project bind(const Model& model, Findings& findings);

}  // namespace orchestrator::compose
