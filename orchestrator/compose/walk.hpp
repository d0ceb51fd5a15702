// Ways through a model.
#pragma once

#include <initializer_list>
#include <string_view>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// The value at the end of the keys, or nothing.
template <class Tree>
Tree* find(Tree* node, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (node == nullptr || (node = node->find(key)) == nullptr) return nullptr;
  return node;
}

/// Calls visit(entry, trail) for each entry of a mapping at the top: "services", "volumes" and the like.
template <class Tree, class Visit>
void each_of(Tree& model, std::string_view section, Visit visit) {
  auto* found = model.find(section);
  if (found == nullptr || !found->is_map()) return;
  const Trail root{};
  const Trail trail = root.to(section);
  for (auto& entry : found->map) visit(entry, trail.to(entry.key));
}

/// Calls visit(item, index) for each item of a list under a key.
template <class Tree, class Visit>
void each_item(Tree* list, Visit visit) {
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->items.size(); ++i) visit(list->items[i], i);
}

}  // namespace orchestrator::compose
