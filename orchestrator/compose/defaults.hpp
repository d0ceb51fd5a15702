// What a stack file need not say: the defaults of the specification.
#pragma once

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// Fills in what is missing in the expanded, merged tree.
void set_defaults(Node& model);

}  // namespace orchestrator::compose
