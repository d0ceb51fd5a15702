#include "orchestrator/compose/settle.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/compose/settle_values.hpp"

namespace orchestrator::compose {
namespace {

class Settling {
 public:
  explicit Settling(Findings& findings) : findings_(findings) {}

  /// Nothing where the value is left out.
  Settled settle(Node& node, const Attribute& attribute, const Trail& trail) {
    Node old;
    old.place = node.place;
    old.history = node.history;
    Settled settled = node.tag == Tag::Broken ? std::nullopt : by_kind(node, attribute, trail);
    if (settled) *settled = in_place_of(old, std::move(*settled));
    node = Node{};  // two whole trees at once need twice the memory
    return settled;
  }

 private:
  Settled by_kind(Node& node, const Attribute& attribute, const Trail& trail) {
    switch (attribute.rules.as) {
      case As::Given:
        return std::move(node);
      case As::OptionalInt:
        if (node.is_map()) return object(node, attribute, trail);  // a limit with soft and hard
        [[fallthrough]];
      case As::Text:
      case As::Bool:
      case As::OptionalBool:
      case As::OptOut:
      case As::Int:
      case As::Number:
      case As::Size:
      case As::Duration:
      case As::OptionalDuration:
      case As::Mode:
      case As::Count:
        return settle_scalar(node, attribute.rules.as, trail, findings_);
      case As::Words:
      case As::Test:
      case As::Texts:
      case As::TextMap:
      case As::Variables:
      case As::Hosts:
      case As::Keys:
      case As::OptionLists:
        return settle_list(node, attribute.rules.as, trail, findings_);
      case As::Object:
      case As::Group:
      case As::Objects:
        return object(node, attribute, trail);
    }
    return std::nullopt;
  }

  Settled object(Node& node, const Attribute& attribute, const Trail& trail) {
    if (node.is_null()) return make_null({});  // a name that has nothing to say of itself
    if (node.is_list()) return objects(node, attribute, trail);
    if (!node.is_map()) return std::move(node);
    Node map = make_map({});
    for (const Attribute& row : attribute.shape->members) {
      Node* member = node.find(row.name);
      if (member == nullptr || (member->is_null() && row.rules.as != As::Words)) continue;
      if (Settled settled = settle(*member, row, trail.to(row.name))) map.set(row.name, std::move(*settled));
    }
    settle_names(node, attribute, trail, map);
    const bool leaves_out = attribute.rules.as != As::Object;
    return leaves_out && map.map.empty() ? std::nullopt : Settled(std::move(map));
  }

  /// Free keys and extensions, sorted.
  void settle_names(Node& node, const Attribute& attribute, const Trail& trail, Node& map) {
    std::vector<Entry*> entries;
    for (Entry& entry : node.map)
      if (map.find(entry.key) == nullptr) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
    for (Entry* entry : entries) {
      const Attribute* row = member(&attribute, entry->key);
      const bool fixed = row != nullptr && row != attribute.shape->values;
      if (fixed) continue;  // settled to nothing
      Settled settled =
          row == nullptr ? Settled(entry->value) : settle(entry->value, *row, trail.to(entry->key));
      if (settled) map.map.at(entry->key, entry->place).value = std::move(*settled);
    }
  }

  Settled objects(Node& node, const Attribute& attribute, const Trail& trail) {
    Node list = make_list({});
    const Attribute* row = item(&attribute);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Settled settled = row == nullptr ? Settled(node.items[i]) : settle(node.items[i], *row, trail.at(i));
      if (settled) list.items.push_back(std::move(*settled));
    }
    return list.items.empty() ? std::nullopt : Settled(std::move(list));
  }

  Findings& findings_;
};

}  // namespace

Node in_place_of(const Node& old, Node made) {
  made.place = old.place;
  made.history = old.history;
  return made;
}

Node settle(Node model, const Attribute& attribute, Findings& findings) {
  const Place place = model.place;
  return Settling(findings).settle(model, attribute, Trail{}).value_or(make_map(place));
}

}  // namespace orchestrator::compose
