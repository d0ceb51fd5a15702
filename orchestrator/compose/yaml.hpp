// YAML text as a tree of our own: anchors expanded, merge keys applied, duplicate keys refused, places kept.
#pragma once

#include <memory>
#include <vector>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// The documents of a file, in order; an empty file has none. Throws LoadError where the text is not YAML, or
/// is YAML that Compose does not take: keys that are not strings or stand twice, aliases that hold themselves
/// or expand to more than 100,000 values, what yaml_gate.hpp refuses.
std::vector<Node> parse_yaml(const std::shared_ptr<const File>& file);

}  // namespace orchestrator::compose
