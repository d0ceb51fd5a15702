#include "orchestrator/cli/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace orchestrator::cli {
namespace {

/// How many letters must be added, taken away, changed or swapped with their neighbour (optimal string
/// alignment), one row of the matrix at a time.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < from.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = last[j] + (from[i] == to[j] ? 0 : 1);
      row[j + 1] = std::min({changed, last[j + 1] + 1, row[j] + 1});
      const bool swapped = i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j];
      if (swapped) row[j + 1] = std::min(row[j + 1], before_last[j - 1] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> names,
                       std::string_view prefix) {
  const auto closer = [&](std::string_view a, std::string_view b) {
    return distance(word, a) < distance(word, b);
  };
  const auto best = std::min_element(names.begin(), names.end(), closer);
  const std::size_t tolerated = word.size() < 3 ? 1 : 2;
  if (best == names.end() || distance(word, *best) > tolerated) return "";
  return "; did you mean \"" + std::string(prefix) + std::string(*best) + "\"?";
}

}  // namespace orchestrator::cli
