// Short forms become long ones, so that every later phase sees one form of each attribute.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// Works on a checked tree. What cannot be understood ("80:http") is a finding; where variables have not been
/// filled in, it stays as it is.
void expand(Node& root, const Attribute& attribute, bool filled_in, Findings& findings);

}  // namespace orchestrator::compose
