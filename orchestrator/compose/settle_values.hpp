// What values without members of their own become; settle.cpp walks the others.
#pragma once

#include <optional>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// Nothing where the value is left out, or where it cannot be read and a finding says so.
using Settled = std::optional<Node>;

/// Text, booleans, numbers, sizes, durations, modes.
Settled settle_scalar(const Node& node, As as, const Trail& trail, Findings& findings);
/// Words, texts, and names with values.
Settled settle_list(const Node& node, As as, const Trail& trail, Findings& findings);

/// `made` stands where `old` stood, and has become of the same.
Node in_place_of(const Node& old, Node made);

}  // namespace orchestrator::compose
