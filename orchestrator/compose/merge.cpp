#include "orchestrator/compose/merge.hpp"

#include <algorithm>

namespace orchestrator::compose {
namespace {

/// What makes two members of a list the same.
std::string identity(const Node& item, Same same) {
  const auto text = [&](const char* key) {
    const Node* value = item.find(key);
    return value == nullptr ? std::string() : scalar_text(*value);
  };
  switch (same) {
    case Same::Never:
      return "";
    case Same::Text:
    case Same::Name:
      return item.is_scalar() ? scalar_text(item) : "";
    case Same::Mount:
    case Same::Device:
      return text("target");
    case Same::Secret:
    case Same::Config:
      return text("target").empty() ? text("source") : text("target");
    case Same::Port:
      return text("host_ip") + " " + text("published") + " " + text("target") + " " + text("protocol");
    case Same::EnvFile:
      return text("path");
  }
  return "";
}

void merge_lists(Node& base, Node over, const Attribute* attribute) {
  const Same same = attribute == nullptr ? Same::Never : attribute->rules.same;
  for (Node& item : over.items) {
    const std::string id = identity(item, same);
    const auto known = id.empty() ? base.items.end()
                                  : std::find_if(base.items.begin(), base.items.end(),
                                                 [&](const Node& one) { return identity(one, same) == id; });
    if (known == base.items.end())
      base.items.push_back(std::move(item));
    else
      *known = std::move(item);
  }
}

}  // namespace

void merge(Node& base, Node over, const Attribute* attribute) {
  const bool replaces = attribute != nullptr && attribute->rules.merge == Merge::Replace;
  if (over.tag == Tag::Override || replaces || base.kind != over.kind || over.is_scalar()) {
    if (over.is_null() && over.tag == Tag::None && !replaces) return;
    over.tag = Tag::None;
    base = std::move(over);
    return;
  }
  if (over.is_list()) return merge_lists(base, std::move(over), attribute);
  for (Entry& entry : over.map.take()) {
    Node* known = base.find(entry.key);
    if (entry.value.tag == Tag::Reset) {
      base.map.erase(entry.key);
    } else if (known == nullptr) {
      base.set(entry.key, std::move(entry.value));
    } else {
      merge(*known, std::move(entry.value), member(attribute, entry.key));
    }
  }
}

}  // namespace orchestrator::compose
