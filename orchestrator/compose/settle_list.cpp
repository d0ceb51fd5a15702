#include <stdexcept>
#include <string>

#include "orchestrator/compose/settle_values.hpp"
#include "orchestrator/compose/short_forms.hpp"
#include "orchestrator/compose/words.hpp"

namespace orchestrator::compose {
namespace {

Node texts_of(const Node& node) {
  Node list = make_list({});
  for (const Node& item : node.items)
    list.items.push_back(in_place_of(item, make_text(scalar_text(item), {})));
  return list;
}

Settled texts(const Node& node) {
  if (node.is_text()) return list_of(in_place_of(node, make_text(node.text, {})));
  return node.items.empty() ? std::nullopt : Settled(texts_of(node));
}

Settled words(const Node& node, const Trail& trail, Findings& findings) {
  if (node.is_null()) return make_null({});
  if (node.is_list()) return texts_of(node);
  Node list = make_list({});
  try {
    Words split = split_words(node.text);
    if (!split.cut_by.empty())
      findings.warning(
          node.place,
          trail.text() + ": no shell reads this line: it ends before the unquoted " + quoted(split.cut_by),
          "write [sh, -c, \"...\"] to run it in a shell, or quote the character");
    for (std::string& word : split.words) list.items.push_back(make_text(std::move(word), node.place));
  } catch (const std::invalid_argument& error) {
    findings.error(node.place, trail.text() + ": invalid command line: " + error.what());
  }
  return list;
}

Settled test(const Node& node) {
  if (node.is_null()) return std::nullopt;
  if (!node.is_text()) return texts(node);
  Node list = make_list({});
  list.items.push_back(make_text("CMD-SHELL", node.place));
  list.items.push_back(make_text(node.text, node.place));
  return list;
}

/// "A=1" items and "A: 1" members alike.
class Variables {
 public:
  Variables(bool nothing_is_empty, const Trail& trail, Findings& findings)
      : nothing_is_empty_(nothing_is_empty), trail_(trail), findings_(findings) {}

  Settled of(const Node& node) {
    for (const Entry& entry : node.map) set(entry.key, entry.place, entry.value);
    for (const Node& item : node.items) take(item);
    if (map_.map.empty()) return std::nullopt;
    map_.map.sort();
    return std::move(map_);
  }

 private:
  void take(const Node& item) {
    const std::string whole = scalar_text(item);
    const std::size_t equals = whole.find('=');
    const std::string name = whole.substr(0, equals);
    if (equals == std::string::npos) return set(name, item.place, in_place_of(item, make_null({})));
    if (!nothing_is_empty_ && (name.ends_with(' ') || name.ends_with('\t')))
      return findings_.error(item.place, trail_.text() + ": a blank ends the name in " + quoted(whole),
                             "write the \"=\" right behind the name");
    set(name, item.place, in_place_of(item, make_text(whole.substr(equals + 1), {})));
  }

  void set(const std::string& name, const Place& place, const Node& value) {
    const bool stays_nothing = value.is_null() && !nothing_is_empty_;
    map_.map.at(name, place).value =
        in_place_of(value, stays_nothing ? make_null({}) : make_text(scalar_text(value), {}));
  }

  bool nothing_is_empty_;
  const Trail& trail_;
  Findings& findings_;
  Node map_ = make_map({});
};

Settled hosts(const Node& node, const Trail& trail, Findings& findings) {
  Node items = node;
  to_list(items);
  Node list = make_list({});
  for (const Node& item : items.items) {
    const std::string whole = scalar_text(item);
    const std::size_t equals = whole.find('=');
    const std::size_t at = equals == std::string::npos ? whole.find(':') : equals;
    std::string address = at == std::string::npos ? "" : whole.substr(at + 1);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (at == 0 || address.empty())
      findings.error(item.place, trail.text() + ": invalid extra host " + quoted(whole),
                     "expected name=address");
    else
      list.items.push_back(in_place_of(item, make_text(whole.substr(0, at) + "=" + address, {})));
  }
  return list.items.empty() ? std::nullopt : Settled(std::move(list));
}

Settled keys(const Node& node) {
  Node items = node;
  to_list(items);
  return texts(items);
}

Settled option_lists(const Node& node) {
  Node map = make_map({});
  for (const Entry& entry : node.map) {
    Node list = make_list(entry.value.place);
    if (entry.value.is_list())
      list = texts_of(entry.value);
    else
      list.items.push_back(in_place_of(entry.value, make_text(scalar_text(entry.value), {})));
    map.map.at(entry.key, entry.place).value = std::move(list);
  }
  map.map.sort();
  return map.map.empty() ? std::nullopt : Settled(std::move(map));
}

}  // namespace

Settled settle_list(const Node& node, As as, const Trail& trail, Findings& findings) {
  switch (as) {
    case As::Words:
      return words(node, trail, findings);
    case As::Test:
      return test(node);
    case As::TextMap:
      return Variables(true, trail, findings).of(node);
    case As::Variables:
      return Variables(false, trail, findings).of(node);
    case As::Hosts:
      return hosts(node, trail, findings);
    case As::Keys:
      return keys(node);
    case As::OptionLists:
      return option_lists(node);
    default:
      return texts(node);
  }
}

}  // namespace orchestrator::compose
