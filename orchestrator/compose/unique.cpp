// What makes two members of a list the same.
#include <unordered_map>
#include <utility>

#include "orchestrator/compose/merge.hpp"
#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

std::string text_under(const Node& item, std::string_view key, std::string_view otherwise = "") {
  const Node* value = item.find(key);
  std::string text = value == nullptr ? "" : scalar_text(*value);
  return text.empty() ? std::string(otherwise) : text;
}

std::string before_equals(const std::string& text) { return text.substr(0, text.find('=')); }

/// Nothing where the member has no identity; the table's check will say why.
std::optional<std::string> identity(const Node& item, Same same) {
  if (item.is_list() || item.is_null()) return std::nullopt;
  const std::string text = scalar_text(item);
  switch (same) {
    case Same::Never:
      return std::nullopt;
    case Same::Text:
      return text;
    case Same::Name:
      return item.is_text() ? std::optional(before_equals(text)) : std::nullopt;
    case Same::Mount:
      return item.is_map() ? text_under(item, "target") : mount_target(text);
    case Same::Device:
      return item.is_map() ? text_under(item, "target") : device_target(text);
    case Same::Secret:
      return item.is_map() ? text_under(item, "target", "/run/secrets/" + text_under(item, "source"))
                           : "/run/secrets/" + text;
    case Same::Config:
      return item.is_map() ? text_under(item, "target", "/" + text_under(item, "source")) : "/" + text;
    case Same::Port:
      if (!item.is_map()) return text;
      return text_under(item, "host_ip", "0.0.0.0") + ":" + text_under(item, "published") + ":" +
             text_under(item, "target") + "/" + text_under(item, "protocol", "tcp");
    case Same::EnvFile:
      return item.is_map() ? text_under(item, "path") : text;
  }
  return std::nullopt;
}

bool needs_target(Same same) { return same == Same::Mount || same == Same::Device || same == Same::Port; }

void make_list_unique(Node& list, Same same, const Trail& trail, Findings& findings) {
  std::vector<Node> kept;
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    Node& item = list.items[i];
    if (needs_target(same) && item.is_map() && item.find("target") == nullptr) {
      findings.error(item.place, trail.at(i).text() + ": \"target\" is missing");
      item.tag = Tag::Broken;
    }
    const auto id = identity(item, same);
    const auto found = id ? known.find(*id) : known.end();
    if (found != known.end()) {
      replace(kept[found->second], std::move(item));
      continue;
    }
    if (id) known.emplace(*id, kept.size());
    kept.push_back(std::move(item));
  }
  list.items = std::move(kept);
}

}  // namespace

void make_unique(Node& node, const Attribute& attribute, const Trail& trail, Findings& findings) {
  if (node.is_list() && attribute.rules.same != Same::Never)
    return make_list_unique(node, attribute.rules.same, trail, findings);
  for (Entry& entry : node.map)
    if (const Attribute* row = member(&attribute, entry.key))
      make_unique(entry.value, *row, trail.to(entry.key), findings);
  if (const Attribute* row = item(&attribute))
    for (std::size_t i = 0; i < node.items.size(); ++i)
      make_unique(node.items[i], *row, trail.at(i), findings);
}

}  // namespace orchestrator::compose
