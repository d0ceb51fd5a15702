#include "orchestrator/compose/place.hpp"

namespace orchestrator::compose {

Place place_of(const Node& node, std::string_view key) {
  for (std::size_t end = key.find_first_of(".["); node.is_map(); end = key.find_first_of(".[", end + 1)) {
    const Node* inside = node.find(key.substr(0, end));
    if (inside != nullptr && (end == std::string_view::npos || key[end] == '[')) return inside->place;
    if (inside != nullptr) return place_of(*inside, key.substr(end + 1));
    if (end == std::string_view::npos) break;
  }
  return node.place;
}

}  // namespace orchestrator::compose
