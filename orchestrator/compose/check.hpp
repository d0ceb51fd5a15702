// Holds a tree against the table: kinds, unknown and missing keys, words, limits, patterns.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// Adds all that is wrong to the findings.
void check_shape(const Node& root, const Attribute& attribute, Findings& findings, const Trail& trail = {});

}  // namespace orchestrator::compose
