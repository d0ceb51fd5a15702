#include "orchestrator/compose/short_forms.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "orchestrator/compose/json.hpp"

namespace orchestrator::compose {
namespace {

std::string text_of(const Node& value) { return value.is_scalar() ? scalar_text(value) : json_of(value); }

Node item_of(const Entry& entry, const Node& value) {
  Node item = make_text(entry.key + "=" + text_of(value), value.place);
  item.history = value.history;
  return item;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

void to_list(Node& node) {
  if (node.is_list()) return;
  if (node.is_scalar()) {
    node = node.is_null() ? make_list(node.place) : list_of(std::move(node));
    return;
  }
  Node list = make_list(node.place);
  list.tag = node.tag;
  for (const Entry& entry : node.map) {
    if (entry.value.is_null())
      list.items.push_back(make_text(entry.key, entry.place));
    else if (entry.value.is_list())
      for (const Node& one : entry.value.items) list.items.push_back(item_of(entry, one));
    else
      list.items.push_back(item_of(entry, entry.value));
  }
  std::stable_sort(list.items.begin(), list.items.end(),
                   [](const Node& a, const Node& b) { return a.text < b.text; });
  node = std::move(list);
}

void names_to_map(Node& node, const Node& value) {
  if (!node.is_list()) return;
  Node map = make_map(node.place);
  map.tag = node.tag;
  for (const Node& item : node.items) {
    Node& made = map.map.at(scalar_text(item), item.place).value;
    made = value;
    made.place = item.place;
  }
  node = std::move(map);
}

Node started_dependency(const Place& place) {
  Node dependency = map_of("condition", make_text("service_started", place));
  dependency.set("required", make_bool(true, place));
  return dependency;
}

Node expand_device(const Node& written) {
  const std::vector<std::string> parts = split(written.text, ':');
  if (parts.size() > 3)
    throw std::invalid_argument("a device has at most three parts: SOURCE[:TARGET[:PERMISSIONS]]");
  const Place& place = written.place;
  Node device = map_of("source", make_text(parts[0], place));
  device.set("target", make_text(parts.size() > 1 ? parts[1] : parts[0], place));
  device.set("permissions", make_text(parts.size() > 2 ? parts[2] : "rwm", place));
  return device;
}

std::string device_target(std::string_view written) {
  const std::vector<std::string> parts = split(written, ':');
  return parts.size() > 1 ? parts[1] : parts[0];
}

}  // namespace orchestrator::compose
