#include "orchestrator/compose/place.hpp"

#include <charconv>

namespace orchestrator::compose {
namespace {

/// `key` begins with "[N]".
Place place_in_list(const Node& list, std::string_view key) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data() + 1, key.data() + key.size(), index);
  const auto closing = static_cast<std::size_t>(end - key.data());
  const bool sound = error == std::errc() && closing < key.size() && key[closing] == ']';
  if (!list.is_list() || !sound || index >= list.items.size()) return list.place;
  const std::string_view rest = key.substr(closing + 1);
  return rest.empty() ? list.items[index].place : place_of(list.items[index], rest.substr(rest[0] == '.'));
}

}  // namespace

Place place_of(const Node& node, std::string_view key) {
  if (key.starts_with('[')) return place_in_list(node, key);
  for (std::size_t end = key.find_first_of(".["); node.is_map(); end = key.find_first_of(".[", end + 1)) {
    const Node* inside = node.find(key.substr(0, end));
    if (inside != nullptr && end == std::string_view::npos) return inside->place;
    if (inside != nullptr) return place_of(*inside, key.substr(key[end] == '[' ? end : end + 1));
    if (end == std::string_view::npos) break;
  }
  return node.place;
}

}  // namespace orchestrator::compose
