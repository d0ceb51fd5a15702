#include "orchestrator/cli/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace orchestrator::cli {
namespace {

/// How many letters must be added, taken away or changed (Levenshtein), one row of the matrix at a time.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> names) {
  const auto closer = [&](std::string_view a, std::string_view b) {
    return distance(word, a) < distance(word, b);
  };
  const auto best = std::min_element(names.begin(), names.end(), closer);
  const std::size_t tolerated = word.size() < 3 ? 1 : 2;
  if (best == names.end() || distance(word, *best) > tolerated) return "";
  return "; did you mean \"" + std::string(*best) + "\"?";
}

}  // namespace orchestrator::cli
