// Text that stands for a boolean or a number.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// "true", "false" and, with a warning, the other words of YAML 1.1: y, yes, on, n, no, off; in any case.
std::optional<bool> parse_boolean(const Node& text, Findings& findings);

/// A string whose attribute is a boolean or number becomes one, so that "${REPLICAS}" may stand for any
/// scalar. What is none is a finding.
void cast_early(Node& node, const Attribute& attribute, const Trail& trail, Findings& findings);

}  // namespace orchestrator::compose
