// Every value gets its final type and one way to be written: sizes in bytes, durations as "1m30s", commands
// as words, lists of variables as mappings. What the specification leaves out when it says nothing goes.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// The settled tree, members in the order of the table, names sorted. What cannot be read ("lots of memory")
/// is a finding.
Node settle(Node model, const Attribute& attribute, Findings& findings);

}  // namespace orchestrator::compose
