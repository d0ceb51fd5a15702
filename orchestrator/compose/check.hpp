// Holds a tree against the table: kinds, unknown and missing keys, words, limits, patterns.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// Adds all that is wrong to the findings, and tags it as broken, so that later phases can go on to find
/// more.
void check_shape(Node& root, const Attribute& attribute, Findings& findings, const Trail& trail = {});

}  // namespace orchestrator::compose
