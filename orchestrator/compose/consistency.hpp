// What one value alone cannot show: names that lead nowhere, circles, two values for one thing. Pure.
#pragma once

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/select.hpp"

namespace orchestrator::compose {

/// Holds the enabled services of a settled model against each other and against the resources.
void check_consistency(const Selection& selection, Findings& findings);

}  // namespace orchestrator::compose
