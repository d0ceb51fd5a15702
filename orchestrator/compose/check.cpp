#include "orchestrator/compose/check.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "orchestrator/compose/json.hpp"

namespace orchestrator::compose {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); }
bool is_name_character(char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }

Kinds kinds_of(const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      return kNull;
    case Kind::Bool:
      return kBool;
    case Kind::Int:
      return kInt | kNumber;
    case Kind::Float:
      return std::trunc(node.real) == node.real ? kNumber | kInt : kNumber;  // 2.0 is a whole number
    case Kind::String:
      return kString;
    case Kind::List:
      return kList;
    case Kind::Map:
      return kMap;
  }
  return 0;
}

std::string wanted_kinds(Kinds kinds) {
  std::vector<std::string> words;
  if ((kinds & kString) != 0) words.emplace_back("a string");
  if ((kinds & kBool) != 0) words.emplace_back("true or false");
  if ((kinds & kNumber) != 0) words.emplace_back("a number");
  if ((kinds & kInt) != 0 && (kinds & kNumber) == 0) words.emplace_back("a whole number");
  if ((kinds & kList) != 0) words.emplace_back("a list");
  if ((kinds & kMap) != 0) words.emplace_back("a mapping");
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

/// What would make it right.
std::string hint_for(const Node& node, Kinds wanted) {
  if (node.is_null()) return "remove the key, or give it a value";
  if (node.is_scalar() && !node.is_text() && (wanted & kString) != 0) return "write " + quoted(node.text);
  if (node.is_scalar() && (wanted & kList) != 0) return "write [" + scalar_text(node) + "]";
  return "";
}

/// The patterns of the specification's schema are found anywhere in the text.
bool has_container_name(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (is_alphanumeric(text[i]) && is_name_character(text[i + 1])) return true;
  return false;
}

bool has_pull_policy(std::string_view text) {
  constexpr std::string_view kWords[] = {"always",  "never",   "build", "if_not_present",
                                         "missing", "refresh", "daily", "weekly"};
  for (const std::string_view word : kWords)
    if (text.find(word) != std::string_view::npos) return true;
  constexpr std::string_view kEvery = "every_";
  std::size_t at = text.find(kEvery);
  if (at == std::string_view::npos) return false;
  const std::size_t digits = at += kEvery.size();
  while (at < text.size() && is_digit(text[at])) ++at;
  return at > digits && at < text.size() &&
         std::string_view("wdhms").find(text[at]) != std::string_view::npos;
}

class Checker {
 public:
  explicit Checker(Findings& findings) : findings_(findings) {}

  void check(Node& node, const Attribute& attribute, const Trail& trail) {
    if (attribute.shape == nullptr || node.tag == Tag::Reset || node.tag == Tag::Broken) return;
    const Shape& shape = *attribute.shape;
    if ((kinds_of(node) & shape.kinds) == 0) {
      error(node,
            trail.text() + " must be " + wanted_kinds(shape.kinds) + ", not " +
                std::string(kind_name(node.kind)),
            hint_for(node, shape.kinds));
    } else if (node.is_map()) {
      check_map(node, attribute, trail);
    } else if (node.is_list()) {
      check_list(node, shape, trail);
    } else {
      check_scalar(node, attribute, trail);
    }
  }

 private:
  void error(Node& node, std::string message, std::string hint = "") {
    findings_.error(node.place, std::move(message), std::move(hint));
    node.tag = Tag::Broken;
  }

  void check_map(Node& node, const Attribute& attribute, const Trail& trail) {
    const Shape& shape = *attribute.shape;
    for (Entry& entry : node.map) {
      if (const Attribute* row = member(&attribute, entry.key)) {
        check_name(entry, shape, trail);
        check(entry.value, *row, trail.to(entry.key));
      } else if (shape.closed && !shape.members.empty() && (!shape.extensible || !is_extension(entry.key))) {
        refuse_key(entry, shape, trail);
      }
    }
    for (const std::string_view name : shape.required)
      if (node.find(name) == nullptr)
        findings_.error(node.place, trail.prefix() + quoted(name) + " is missing");
  }

  void check_name(const Entry& entry, const Shape& shape, const Trail& trail) {
    if (!shape.members.empty()) return;
    if (entry.key.empty())
      findings_.error(entry.place, trail.prefix() + "a name must not be empty");
    else if (shape.named && !std::all_of(entry.key.begin(), entry.key.end(), is_name_character))
      findings_.error(entry.place, trail.prefix() + quoted(entry.key) +
                                       " is no name: it is made of letters, digits, \".\", \"_\" and \"-\"");
  }

  [[nodiscard]] std::string meant_by(std::string_view key, const Shape& shape) const {
    for (const Elsewhere& one : shape.elsewhere)
      if (one.key == key) return std::string(one.instead);
    std::vector<std::string_view> known;
    if (!findings_.is_full())
      for (const Attribute& row : shape.members) known.push_back(row.name);
    return did_you_mean(nearest(key, known));
  }

  void refuse_key(Entry& entry, const Shape& shape, const Trail& trail) {
    findings_.error(entry.place, trail.prefix() + "unknown key " + quoted(entry.key),
                    meant_by(entry.key, shape));
    entry.value.tag = Tag::Broken;
  }

  void check_list(Node& node, const Shape& shape, const Trail& trail) {
    if (shape.items != nullptr)
      for (std::size_t i = 0; i < node.items.size(); ++i) check(node.items[i], *shape.items, trail.at(i));
    if (!shape.distinct || node.items.size() < 2) return;
    std::unordered_set<std::string> seen;
    for (const Node& one : node.items)
      if (!seen.insert(json_of(one)).second)
        findings_.error(one.place, trail.text() + ": " +
                                       (one.is_scalar() ? quoted(scalar_text(one)) : "this") +
                                       " stands twice in this list");
  }

  void check_scalar(Node& node, const Attribute& attribute, const Trail& trail) {
    const Shape& shape = *attribute.shape;
    if (node.is_text()) {
      check_words(node, shape, trail);
      check_pattern(node, attribute.rules.check, trail);
    }
    const double number = node.kind == Kind::Int ? static_cast<double>(node.integer) : node.real;
    if (node.kind != Kind::Int && node.kind != Kind::Float) return;
    if (shape.least && number < static_cast<double>(*shape.least))
      error(node, trail.text() + " must be at least " + std::to_string(*shape.least));
    if (shape.most && number > static_cast<double>(*shape.most))
      error(node, trail.text() + " must be at most " + std::to_string(*shape.most));
  }

  void check_words(Node& node, const Shape& shape, const Trail& trail) {
    if (shape.one_of.empty() ||
        std::find(shape.one_of.begin(), shape.one_of.end(), node.text) != shape.one_of.end())
      return;
    std::string words;
    for (const std::string_view word : shape.one_of) words += (words.empty() ? "" : ", ") + std::string(word);
    error(node, trail.text() + ": " + quoted(node.text) + " is none of " + words,
          did_you_mean(nearest(node.text, shape.one_of)));
  }

  void check_pattern(Node& node, Check check, const Trail& trail) {
    if (check == Check::ContainerName && !has_container_name(node.text))
      error(node, trail.text() + ": " + quoted(node.text) +
                      " is no container's name: at least two letters, digits, \".\", \"_\" or \"-\"");
    if (check == Check::PullPolicy && !has_pull_policy(node.text))
      error(node, trail.text() + ": " + quoted(node.text) +
                      " is none of always, never, missing, if_not_present, build, refresh, daily, "
                      "weekly, every_12h");
  }

  Findings& findings_;
};

}  // namespace

void check_shape(Node& root, const Attribute& attribute, Findings& findings, const Trail& trail) {
  Checker(findings).check(root, attribute, trail);
}

}  // namespace orchestrator::compose
