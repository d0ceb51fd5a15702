// Variables in values: $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?error}, ${NAME?error},
// ${NAME:+other}, ${NAME+other}, $$ for a dollar sign. Defaults may hold variables themselves. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/dotenv.hpp"

namespace orchestrator::compose {

/// How a variable went into a text.
enum class Filled : std::uint8_t { Value, Default, Alternative, Nothing };
struct Use {
  std::string name{};
  Filled with = Filled::Value;
  friend bool operator==(const Use&, const Use&) = default;
};
struct Substituted {
  std::string text{};
  std::vector<Use> uses{};  ///< each once, in the order of the text
};
/// A "$" that begins nothing stays. Throws std::invalid_argument: the message of `?`, "invalid interpolation
/// format …", or that the text grows beyond 1 MiB.
Substituted substitute(std::string_view text, const Lookup& lookup);

/// A variable that a file may use, for `config --variables`.
struct Wanted {
  std::string name{};
  std::string fallback{};     ///< of `-`
  std::string alternative{};  ///< of `+`
  bool required = false;      ///< by `?`
};
/// The variables of a text, also those that a default names.
std::vector<Wanted> wanted_variables(std::string_view text);

struct Interpolation {
  const Lookup& lookup;
  /// Where a name has its value from: ".env:3", "the environment".
  const std::function<std::string(std::string_view name)>& origin;
  Findings& findings;
};
/// Fills every string value of the tree; keys stay, and so does what a !reset removes. A string whose
/// attribute is a number or boolean becomes one. Unset variables are warnings, once each.
void interpolate(Node& root, const Attribute& attribute, const Interpolation& with);

}  // namespace orchestrator::compose
