#include "orchestrator/compose/cast.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

struct Word {
  std::string_view text;
  bool value;
};
constexpr std::array kWords{Word{"true", true}, Word{"false", false}, Word{"y", true},   Word{"yes", true},
                            Word{"on", true},   Word{"n", false},     Word{"no", false}, Word{"off", false}};
constexpr std::size_t kPlainWords = 2;  // the first ones are YAML 1.2

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// Nothing where the attribute stays text.
std::optional<Node> cast(const Node& node, As as, std::string_view& wanted, Findings& findings) {
  switch (as) {
    case As::Bool:
    case As::OptionalBool:
      wanted = "true or false";
      if (const auto value = parse_boolean(node, findings)) return make_bool(*value, node.place);
      return std::nullopt;
    case As::Int:
    case As::OptionalInt:
      wanted = "a whole number";
      if (const auto value = parse_integer(node.text)) return make_int(*value, node.place);
      return std::nullopt;
    case As::Number:
      wanted = "a number";
      if (const auto value = parse_number(node.text)) return make_float(*value, node.place);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<bool> parse_boolean(const Node& text, Findings& findings) {
  const std::string word = lower(text.text);
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (word != kWords[i].text) continue;
    const bool value = kWords[i].value;
    if (i >= kPlainWords)
      findings.warning(text.place, quoted(text.text) + " is no boolean of YAML 1.2",
                       std::string("write ") + (value ? "true" : "false"));
    return value;
  }
  return std::nullopt;
}

void cast_early(Node& node, const Attribute& attribute, const Trail& trail, Findings& findings) {
  if (!attribute.rules.cast_early) return;
  std::string_view wanted;
  if (auto value = cast(node, attribute.rules.as, wanted, findings)) {
    value->text = std::move(node.text);
    value->tag = node.tag;
    value->history = std::move(node.history);
    node = std::move(*value);
  } else if (!wanted.empty()) {
    findings.error(node.place, trail.text() + ": " + quoted(node.text) + " is not " + std::string(wanted));
    node.tag = Tag::Broken;
  }
}

}  // namespace orchestrator::compose
