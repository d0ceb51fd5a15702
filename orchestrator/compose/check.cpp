#include "orchestrator/compose/check.hpp"

#include <algorithm>

namespace orchestrator::compose {
namespace {

Kinds kinds_of(const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      return kNull;
    case Kind::Bool:
      return kBool;
    case Kind::Int:
      return kInt | kNumber;
    case Kind::Float:
      return kNumber;
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

/// A string that becomes a boolean or a number counts as one: "${PORT}" is text until it is filled in.
bool fits(const Node& node, const Attribute& attribute) {
  if ((kinds_of(node) & attribute.shape->kinds) != 0) return true;
  // A key without a value is an empty mapping or nothing.
  if (node.is_null()) return (attribute.shape->kinds & (kMap | kList)) != 0;
  // YAML's 8080 and true where a string is wanted.
  return node.is_scalar() && (attribute.shape->kinds & kString) != 0 && attribute.rules.as == As::Text;
}

bool is_name(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

void check_keys(const Node& node, const Attribute& attribute, const std::string& path, Findings& findings) {
  const Shape& shape = *attribute.shape;
  std::vector<std::string_view> known;
  for (const Attribute& row : shape.members) known.push_back(row.name);
  for (const Entry& entry : node.map) {
    const bool extension = is_extension(entry.key) && !has_free_keys(&attribute);
    const Attribute* row = member(&attribute, entry.key);
    if (row != nullptr) {
      if (shape.named && !is_name(entry.key))
        findings.error(entry.place, join_path(path, entry.key) +
                                        ": a name is made of letters, digits, \".\", \"_\" and \"-\"");
      check_shape(entry.value, *row, join_path(path, entry.key), findings);
    } else if (!extension && shape.closed && !known.empty()) {
      findings.error(entry.place, (path.empty() ? "" : path + ": ") + "unknown key " + quoted(entry.key),
                     did_you_mean(nearest(entry.key, known)));
    }
  }
  for (const std::string_view name : shape.required)
    if (node.find(name) == nullptr) findings.error(node.place, path + ": " + quoted(name) + " is missing");
}

}  // namespace

void check_shape(const Node& node, const Attribute& attribute, const std::string& path, Findings& findings) {
  if (attribute.shape == nullptr || node.tag == Tag::Reset) return;
  const Shape& shape = *attribute.shape;
  const std::string here = path.empty() ? "the stack file" : path;
  if (!fits(node, attribute)) {
    findings.error(node.place, here + " must be " + wanted_kinds(shape.kinds) + ", not " +
                                   std::string(kind_name(node.kind)));
    return;
  }
  if (node.is_map()) check_keys(node, attribute, path, findings);
  if (node.is_list() && shape.items != nullptr)
    for (std::size_t i = 0; i < node.items.size(); ++i)
      check_shape(node.items[i], *shape.items, path + "[" + std::to_string(i) + "]", findings);
  if (node.is_text() && !shape.one_of.empty() &&
      std::find(shape.one_of.begin(), shape.one_of.end(), node.text) == shape.one_of.end()) {
    std::string words;
    for (const std::string_view word : shape.one_of) words += (words.empty() ? "" : ", ") + std::string(word);
    findings.error(node.place, here + ": " + quoted(node.text) + " is none of " + words,
                   did_you_mean(nearest(node.text, shape.one_of)));
  }
  if (node.kind == Kind::Int &&
      ((shape.least && node.integer < *shape.least) || (shape.most && node.integer > *shape.most)))
    findings.error(node.place, here + ": " + std::to_string(node.integer) + " is out of range");
}

}  // namespace orchestrator::compose
