// Holds a file against the table: kinds, unknown and missing keys, limits. Before short forms are expanded,
// so that messages speak of what is written.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

void check_shape(const Node& node, const Attribute& attribute, const std::string& path, Findings& findings);

}  // namespace orchestrator::compose
