// Attributes of the specification that are loaded and printed, and that containers made here know nothing of.
#pragma once

#include "orchestrator/compose/reader.hpp"

namespace orchestrator::compose {

/// Warns of each that the service has.
void warn_of_what_has_no_effect(const Reader& service);

}  // namespace orchestrator::compose
