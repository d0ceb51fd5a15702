// How a later file overrides an earlier one: by the table's rule for each attribute, on expanded forms.
#pragma once

#include "orchestrator/compose/attributes.hpp"

namespace orchestrator::compose {

/// `over` wins where both say something. !reset removes, !override replaces as a whole.
void merge(Node& base, Node over, const Attribute* attribute);

}  // namespace orchestrator::compose
