#include "orchestrator/cli/orphans.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace orchestrator::cli {
namespace {

constexpr const char* kOption = "remove-orphans";

/// As Docker Compose reads it; whatever else stands there is false.
bool is_set(const compose::Environment& environment, const char* name) {
  constexpr std::array<std::string_view, 3> kTrue{"1", "t", "true"};
  std::string word = environment.value_of(name);
  for (char& letter : word)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return std::find(kTrue.begin(), kTrue.end(), word) != kTrue.end();
}

}  // namespace

void settle_orphans(const Options& options, const compose::Environment& environment,
                    state::Request& request) {
  if (options.knows(kOption))
    request.remove_orphans =
        options.given(kOption) ? options.flag(kOption) : is_set(environment, "COMPOSE_REMOVE_ORPHANS");
  request.ignore_orphans = is_set(environment, "COMPOSE_IGNORE_ORPHANS");
  if (request.remove_orphans && request.ignore_orphans)
    throw UsageError("COMPOSE_IGNORE_ORPHANS and --remove-orphans exclude each other");
}

}  // namespace orchestrator::cli
