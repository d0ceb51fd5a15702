#include "orchestrator/compose/merge.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

/// The value that wins remembers which one it won over.
void remember(Node& winner, const Node& loser) {
  if (loser.place.file == nullptr) return;
  auto history = std::make_shared<History>();
  if (winner.history != nullptr) history->variables = winner.history->variables;
  history->overridden = loser.place;
  history->before = loser.history;
  winner.history = std::move(history);
}

class Merging {
 public:
  explicit Merging(Findings& findings) : findings_(findings) {}

  void merge(Node& base, Node over, const Attribute* attribute, const Trail& trail) {
    if (over.tag == Tag::Broken) return replace(base, std::move(over));
    if (over.tag == Tag::Override) {
      over.tag = Tag::None;
      return replace(base, std::move(over));
    }
    const Merge rule = attribute == nullptr ? Merge::Deep : attribute->rules.merge;
    if (rule == Merge::Replace) return replace(base, std::move(over));
    if (over.is_null()) return;
    if (base.is_null()) return replace(base, std::move(over));
    to_common_form(base, rule);
    to_common_form(over, rule);
    if (rule == Merge::Logging && has_other_driver(base, over)) return replace(base, std::move(over));
    if (rule == Merge::Pools && base.is_list() && over.is_list())
      return merge_pools(base, std::move(over), attribute, trail);
    if (rule == Merge::Hosts) drop_known(base, over);
    merge_plainly(base, std::move(over), attribute, trail);
  }

  void merge_map(Node& base, Node over, const Attribute* attribute, const Trail& trail) {
    for (Entry& entry : over.map.take()) {
      if (entry.value.tag == Tag::Reset) {
        base.map.erase(entry.key);
        continue;
      }
      Node* known = base.find(entry.key);
      if (known == nullptr)
        base.map.at(entry.key, entry.place).value = std::move(entry.value);
      else
        merge(*known, std::move(entry.value), member(attribute, entry.key), trail.to(entry.key));
    }
  }

 private:
  static void to_common_form(Node& node, Merge rule) {
    switch (rule) {
      case Merge::KeyValues:
      case Merge::Hosts:
      case Merge::OneOrMore:
        return to_list(node);
      case Merge::Dependencies:
        return names_to_map(node, started_dependency(node.place));
      case Merge::Names:
        return names_to_map(node, make_null(node.place));
      case Merge::Build:
        if (node.is_text()) node = map_of("context", std::move(node));
        return;
      case Merge::Deep:
      case Merge::Replace:
      case Merge::Logging:
      case Merge::Pools:
        return;
    }
  }

  static bool has_other_driver(const Node& base, const Node& over) {
    const Node* one = base.find("driver");
    const Node* other = over.find("driver");
    return one != nullptr && other != nullptr && !same_value(*one, *other);
  }

  static void drop_known(const Node& base, Node& over) {
    std::unordered_set<std::string> known;
    for (const Node& item : base.items) known.insert(scalar_text(item));
    std::erase_if(over.items, [&](const Node& item) { return known.contains(scalar_text(item)); });
  }

  /// The later pools; those of a subnet that was known go on from what was said of it.
  void merge_pools(Node& base, Node over, const Attribute* attribute, const Trail& trail) {
    for (Node& pool : over.items) {
      const auto known = std::find_if(base.items.begin(), base.items.end(), [&](const Node& one) {
        return one.is_map() && pool.is_map() && one.text_of("subnet") == pool.text_of("subnet");
      });
      if (known == base.items.end()) continue;
      Node merged = *known;
      merge_map(merged, std::move(pool), item(attribute), trail);
      pool = std::move(merged);
    }
    replace(base, std::move(over));
  }

  void merge_plainly(Node& base, Node over, const Attribute* attribute, const Trail& trail) {
    if (base.is_map() && over.is_map()) return merge_map(base, std::move(over), attribute, trail);
    if (base.is_list() && over.is_list()) {
      std::move(over.items.begin(), over.items.end(), std::back_inserter(base.items));
      return;
    }
    if (base.is_scalar()) return replace(base, std::move(over));
    findings_.error(over.place, trail.text() + ": a " + std::string(kind_name(over.kind)) +
                                    " cannot override the " + std::string(kind_name(base.kind)) + " of " +
                                    told(base.place));
  }

  static std::string told(const Place& place) {
    if (place.file == nullptr) return "before";
    return place.file->name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  }

  Findings& findings_;
};

}  // namespace

void replace(Node& base, Node over) {
  remember(over, base);
  base = std::move(over);
}

void merge(Node& base, Node over, const Attribute* attribute, const Trail& trail, Findings& findings) {
  Merging(findings).merge(base, std::move(over), attribute, trail);
}

void apply_tags(Node& base, const Node& over) {
  if (!base.is_map() || !over.is_map()) return;
  for (const Entry& entry : over.map) {
    if (entry.value.tag == Tag::Reset || entry.value.tag == Tag::Override) {
      base.map.erase(entry.key);
    } else if (Node* known = base.find(entry.key)) {
      apply_tags(*known, entry.value);
    }
  }
}

void drop_tags(Node& node, Findings& findings) {
  if (node.tag == Tag::Override) node.tag = Tag::None;
  if (node.is_map()) {
    node.map.erase_if([](const Entry& entry) { return entry.value.tag == Tag::Reset; });
    for (Entry& entry : node.map) drop_tags(entry.value, findings);
  }
  for (const Node& item : node.items)
    if (item.tag == Tag::Reset)
      findings.warning(item.place, "!reset has no effect on an item of a list: the item is left out",
                       "give !reset or !override to the list");
  std::erase_if(node.items, [](const Node& item) { return item.tag == Tag::Reset; });
  for (Node& item : node.items) drop_tags(item, findings);
}

}  // namespace orchestrator::compose
