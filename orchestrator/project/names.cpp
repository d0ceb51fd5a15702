#include "orchestrator/project/names.hpp"

#include <algorithm>

namespace orchestrator::project {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool has(std::string_view letters, char letter) { return letters.find(letter) != std::string_view::npos; }

}  // namespace

bool is_project_name(std::string_view name) {
  const auto begins = [](char c) { return has(kDigits, c) || has(kLower, c); };
  return !name.empty() && begins(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return begins(c) || has("-_", c); });
}

bool is_object_name(std::string_view name) {
  const auto begins = [](char c) { return has(kDigits, c) || has(kLower, c) || has(kUpper, c); };
  return !name.empty() && begins(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return begins(c) || has("_.-", c); });
}

}  // namespace orchestrator::project
