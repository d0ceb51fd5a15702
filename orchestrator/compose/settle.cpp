#include "orchestrator/compose/settle.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "orchestrator/compose/cast.hpp"
#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/short_forms.hpp"
#include "orchestrator/compose/words.hpp"

namespace orchestrator::compose {
namespace {

using Settled = std::optional<Node>;

/// The new value stands where the old one stood.
Node in_place_of(const Node& old, Node made) {
  made.place = old.place;
  made.history = old.history;
  return made;
}

std::string octal(std::int64_t value) {
  std::string digits;
  for (; value > 0; value /= 8) digits.insert(digits.begin(), static_cast<char>('0' + value % 8));
  return "0" + digits;
}

class Settling {
 public:
  explicit Settling(Findings& findings) : findings_(findings) {}

  /// Nothing where the value is left out.
  Settled settle(Node& node, const Attribute& attribute, const Trail& trail) {
    Node old;
    old.place = node.place;
    old.history = node.history;
    Settled settled = by_kind(node, attribute, trail);
    if (settled) *settled = in_place_of(old, std::move(*settled));
    node = Node{};  // two whole trees at once need twice the memory
    return settled;
  }

 private:
  Settled by_kind(Node& node, const Attribute& attribute, const Trail& trail) {
    switch (attribute.rules.as) {
      case As::Given:
        return std::move(node);
      case As::Text:
        return text(node);
      case As::Bool:
      case As::OptionalBool:
      case As::OptOut:
        return boolean(node, attribute.rules.as, trail);
      case As::Int:
      case As::OptionalInt:
        return integer(node, attribute, trail);
      case As::Number:
        return number(node, trail);
      case As::Size:
        return size(node, trail);
      case As::Duration:
      case As::OptionalDuration:
        return duration(node, attribute.rules.as, trail);
      case As::Mode:
        return mode(node, trail);
      case As::Count:
        return count(node, trail);
      case As::Words:
        return words(node, trail);
      case As::Test:
        return test(node);
      case As::Texts:
        return texts(node);
      case As::TextMap:
        return variables(node, true);
      case As::Variables:
        return variables(node, false);
      case As::Hosts:
        return hosts(node, trail);
      case As::Keys:
        return keys(node);
      case As::OptionLists:
        return option_lists(node);
      case As::Object:
      case As::Group:
      case As::Objects:
        return object(node, attribute, trail);
    }
    return std::nullopt;
  }

  Settled wrong(const Node& node, const Trail& trail, std::string_view expected) {
    findings_.error(node.place,
                    trail.text() + ": " + quoted(scalar_text(node)) + " is not " + std::string(expected));
    return std::nullopt;
  }

  static Settled text(const Node& node) {
    std::string value = scalar_text(node);
    if (value.empty()) return std::nullopt;
    return make_text(std::move(value), {});
  }

  Settled boolean(const Node& node, As as, const Trail& trail) {
    if (node.is_null()) return std::nullopt;
    std::optional<bool> value = node.kind == Kind::Bool ? std::optional(node.boolean) : std::nullopt;
    if (node.is_text()) value = parse_boolean(node, findings_);
    if (!value) return wrong(node, trail, "true or false");
    if ((as == As::Bool && !*value) || (as == As::OptOut && *value)) return std::nullopt;
    return make_bool(*value, {});
  }

  Settled integer(Node& node, const Attribute& attribute, const Trail& trail) {
    if (node.is_map()) return object(node, attribute, trail);  // a limit with soft and hard
    if (node.is_null()) return std::nullopt;
    std::optional<std::int64_t> value;
    if (node.kind == Kind::Int) value = node.integer;
    if (node.kind == Kind::Float) value = static_cast<std::int64_t>(node.real);
    if (node.is_text()) value = parse_integer(node.text);
    if (!value) return wrong(node, trail, "a whole number");
    if (attribute.rules.as == As::Int && *value == 0) return std::nullopt;
    return make_int(*value, {});
  }

  /// Docker Compose keeps these in 32 bits: 0.1 stays 0.1.
  Settled number(const Node& node, const Trail& trail) {
    if (node.is_null()) return std::nullopt;
    const auto value = parse_number(scalar_text(node));
    if (!value) return wrong(node, trail, "a number");
    if (*value == 0) return std::nullopt;
    return make_float(shortest(static_cast<float>(*value)), {});
  }

  Settled size(const Node& node, const Trail& trail) {
    if (node.is_null()) return std::nullopt;
    const auto value = parse_size(scalar_text(node));
    if (!value) return wrong(node, trail, "a size such as 512m or 2g");
    if (*value == 0) return std::nullopt;
    return make_text(std::to_string(*value), {});
  }

  Settled duration(const Node& node, As as, const Trail& trail) {
    if (node.is_null()) return std::nullopt;
    const auto value = parse_duration(scalar_text(node));
    if (!value) return wrong(node, trail, "a duration such as 1m30s");
    if (as == As::Duration && value->count() == 0) return std::nullopt;
    return make_text(duration_text(*value), {});
  }

  Settled mode(const Node& node, const Trail& trail) {
    if (node.is_null()) return std::nullopt;
    if (node.kind == Kind::Int && node.integer >= 0) return make_text(octal(node.integer), {});
    const std::string digits = scalar_text(node);
    const bool is_octal =
        !digits.empty() && digits.size() <= 12 && digits.find_first_not_of("01234567") == std::string::npos;
    if (!is_octal) return wrong(node, trail, "an octal mode such as \"0440\"");
    return make_text(octal(static_cast<std::int64_t>(std::stoull(digits, nullptr, 8))), {});
  }

  Settled count(const Node& node, const Trail& trail) {
    if (node.is_null()) return std::nullopt;
    if (node.text == "all") return make_int(-1, {});
    const auto value = parse_integer(scalar_text(node));
    if (!value) return wrong(node, trail, "a whole number or \"all\"");
    return *value == 0 ? std::nullopt : Settled(make_int(*value, {}));
  }

  Settled words(const Node& node, const Trail& trail) {
    if (node.is_null()) return make_null({});
    if (node.is_list()) return list_of_texts(node);
    Node list = make_list({});
    try {
      Words split = split_words(node.text);
      if (!split.cut_by.empty())
        findings_.warning(
            node.place,
            trail.text() + ": no shell reads this line: it ends before the unquoted " + quoted(split.cut_by),
            "write [sh, -c, \"...\"] to run it in a shell, or quote the character");
      for (std::string& word : split.words) list.items.push_back(make_text(std::move(word), node.place));
    } catch (const std::invalid_argument& error) {
      findings_.error(node.place, trail.text() + ": invalid command line: " + error.what());
    }
    return list;
  }

  static Settled test(const Node& node) {
    if (node.is_null()) return std::nullopt;
    if (!node.is_text()) return node.items.empty() ? std::nullopt : Settled(list_of_texts(node));
    Node list = make_list({});
    list.items.push_back(make_text("CMD-SHELL", node.place));
    list.items.push_back(make_text(node.text, node.place));
    return list;
  }

  static Node list_of_texts(const Node& node) {
    Node list = make_list({});
    for (const Node& item : node.items)
      list.items.push_back(in_place_of(item, make_text(scalar_text(item), {})));
    return list;
  }

  static Settled texts(const Node& node) {
    if (node.is_text()) return list_of(in_place_of(node, make_text(node.text, {})));
    if (node.items.empty()) return std::nullopt;
    return list_of_texts(node);
  }

  /// "A=1" items and "A: 1" members alike; nothing is "" or stays nothing.
  static Settled variables(const Node& node, bool nothing_is_empty) {
    Node map = make_map({});
    const auto set = [&](const std::string& key, const Place& key_place, const Node& value) {
      Entry& entry = map.map.at(key, key_place);
      const bool keeps = value.is_null() && !nothing_is_empty;
      entry.value = in_place_of(value, keeps ? make_null({}) : make_text(scalar_text(value), {}));
    };
    for (const Entry& entry : node.map) set(entry.key, entry.place, entry.value);
    for (const Node& item : node.items) {
      const std::string whole = scalar_text(item);
      const std::size_t equals = whole.find('=');
      const Node value =
          equals == std::string::npos ? make_null({}) : make_text(whole.substr(equals + 1), {});
      set(whole.substr(0, equals), item.place, in_place_of(item, value));
    }
    if (map.map.empty()) return std::nullopt;
    map.map.sort();
    return map;
  }

  Settled hosts(const Node& node, const Trail& trail) {
    Node items = node;
    to_list(items);
    Node list = make_list({});
    for (const Node& item : items.items) {
      const std::string whole = scalar_text(item);
      std::size_t at = whole.find('=');
      if (at == std::string::npos) at = whole.find(':');
      std::string address = at == std::string::npos ? "" : whole.substr(at + 1);
      if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
      if (at == std::string::npos || at == 0) {
        findings_.error(item.place, trail.text() + ": invalid extra host " + quoted(whole),
                        "expected name=address");
        continue;
      }
      list.items.push_back(in_place_of(item, make_text(whole.substr(0, at) + "=" + address, {})));
    }
    return list.items.empty() ? std::nullopt : Settled(std::move(list));
  }

  static Settled keys(const Node& node) {
    Node items = node;
    to_list(items);
    return items.items.empty() ? std::nullopt : Settled(list_of_texts(items));
  }

  static Settled option_lists(const Node& node) {
    Node map = make_map({});
    for (const Entry& entry : node.map) {
      Node list = make_list(entry.value.place);
      if (entry.value.is_list())
        list = list_of_texts(entry.value);
      else
        list.items.push_back(in_place_of(entry.value, make_text(scalar_text(entry.value), {})));
      map.map.at(entry.key, entry.place).value = std::move(list);
    }
    map.map.sort();
    return map.map.empty() ? std::nullopt : Settled(std::move(map));
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

Node settle(Node model, const Attribute& attribute, Findings& findings) {
  const Place place = model.place;
  return Settling(findings).settle(model, attribute, Trail{}).value_or(make_map(place));
}

}  // namespace orchestrator::compose
