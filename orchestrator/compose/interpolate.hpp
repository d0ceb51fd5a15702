// Variables in values: $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?error}, ${NAME?error},
// ${NAME:+other},
// ${NAME+other}, $$ for a dollar sign. Defaults may hold variables themselves. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/dotenv.hpp"

namespace orchestrator::compose {

struct Substituted {
  std::string text{};
  std::vector<std::string> unset{};  ///< used without a default and not set
  std::vector<std::string> used{};
};
/// Throws std::invalid_argument with the message of `?`, or "invalid interpolation format …".
Substituted substitute(std::string_view text, const Lookup& lookup);

/// Every string value of the tree; keys stay. Unset variables are warnings, once each.
void interpolate(Node& root, const Lookup& lookup, Findings& findings);

}  // namespace orchestrator::compose
