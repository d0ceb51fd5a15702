#include "orchestrator/cli/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/compose/json.hpp"

namespace orchestrator::cli {
namespace {

using compose::Entry;
using compose::Node;

std::string told(const compose::Place& place) {
  return fmt::format("{}:{}:{}", place.file->name, place.line, place.column);
}

/// "compose.override.yaml:3:12, overrides compose.yaml:3:12; TAG from .env:2".
std::string origin(const Node& node) {
  std::string text = node.place.file == nullptr ? "default" : told(node.place);
  std::string separator = ", overrides ";
  for (const compose::History* step = node.history.get(); step != nullptr; step = step->before.get()) {
    if (step->overridden.file == nullptr) continue;
    text += separator + told(step->overridden);
    separator = " and ";
  }
  if (node.history != nullptr)
    for (const std::string& variable : node.history->variables) text += "; " + variable;
  return text;
}

void explain_into(std::string& text, const Node& node, const std::string& path) {
  if (node.is_map() && !node.map.empty()) {
    for (const Entry& entry : node.map)
      explain_into(text, entry.value, path.empty() ? entry.key : path + "." + entry.key);
  } else if (node.is_list() && !node.items.empty()) {
    for (std::size_t i = 0; i < node.items.size(); ++i)
      explain_into(text, node.items[i], fmt::format("{}[{}]", path, i));
  } else {
    text += fmt::format("{} = {}\n    {}\n", path, compose::json_of(node), origin(node));
  }
}

/// Takes "key" or "[0]" off the front of a path and goes there. Keys may have dots in them: the longest one
/// that fits wins.
const Node* step(const Node& from, std::string_view& path) {
  if (path.starts_with('[')) {
    std::size_t index = 0;
    const char* end = path.data() + path.size();
    const auto [after, error] = std::from_chars(path.data() + 1, end, index);
    if (error != std::errc() || after == end || *after != ']' || index >= from.items.size()) return nullptr;
    path.remove_prefix(static_cast<std::size_t>(after - path.data()) + 1);
    if (path.starts_with('.')) path.remove_prefix(1);
    return &from.items[index];
  }
  const Entry* best = nullptr;
  if (!from.is_map()) return nullptr;
  for (const Entry& entry : from.map) {
    const std::string_view rest = path.substr(std::min(entry.key.size(), path.size()));
    const bool fits = path.starts_with(entry.key) && (rest.empty() || rest[0] == '.' || rest[0] == '[');
    if (fits && (best == nullptr || entry.key.size() > best->key.size())) best = &entry;
  }
  if (best == nullptr) return nullptr;
  path.remove_prefix(best->key.size());
  if (path.starts_with('.')) path.remove_prefix(1);
  return &best->value;
}

}  // namespace

std::string explain(const compose::Model& model, const std::vector<std::string>& paths) {
  std::string text;
  if (paths.empty()) explain_into(text, model.tree, "");
  for (const std::string& path : paths) {
    const Node* node = &model.tree;
    std::string_view rest = path;
    while (node != nullptr && !rest.empty()) node = step(*node, rest);
    if (node == nullptr) throw UsageError(fmt::format("there is nothing at \"{}\" in this stack", path));
    explain_into(text, *node, path);
  }
  return text;
}

}  // namespace orchestrator::cli
