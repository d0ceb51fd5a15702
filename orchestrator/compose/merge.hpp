// How a later file, or an extending service, overrides: by the table's rule for each attribute.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// `over` wins where both say something; lists are appended. Values that !override tags replace what was
/// there as a whole, those that !reset tags remove it. Kinds that do not go together are findings.
void merge(Node& base, Node over, const Attribute* attribute, const Trail& trail, Findings& findings);

/// `over` takes the place of `base` and remembers where that stood.
void replace(Node& base, Node over);

/// Removes from `base` what stands under the tags !reset and !override in `over`.
void apply_tags(Node& base, const Node& over);
/// Removes what !reset tags, and the tags.
void drop_tags(Node& node, Findings& findings);

/// Of members of a list that mean the same thing (a mount of the same target, a variable of the same name),
/// the last one wins and takes the place of the first.
void make_unique(Node& node, const Attribute& attribute, const Trail& trail, Findings& findings);

}  // namespace orchestrator::compose
