// A tree as JSON text.
#pragma once

#include <string>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// One line; `pretty` indents by two spaces.
std::string json_of(const Node& node, bool pretty = false);

}  // namespace orchestrator::compose
