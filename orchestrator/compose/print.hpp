// A tree as YAML text.
#pragma once

#include <string>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// Block style, keys in the order of the tree; strings are quoted only where plain text would mean something
/// else.
std::string yaml_of(const Node& node);

}  // namespace orchestrator::compose
