// Members that exclude each other, and values that no kind can describe.
#pragma once

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// Holds an expanded, merged tree with its defaults against the rules between members of one resource.
void validate(const Node& model, Findings& findings);

}  // namespace orchestrator::compose
