#include "orchestrator/compose/expand.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

Node map_with(const Place& place, std::string_view key, Node value) {
  Node map = make_map(place);
  map.set(key, std::move(value));
  return map;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// "A=1" items become keys; "A" alone has no value.
void list_to_map(Node& node, char other_separator = '=') {
  Node map = make_map(node.place);
  map.tag = node.tag;
  for (Node& item : node.items) {
    const std::string text = scalar_text(item);
    const auto at = std::min(text.find('='), text.find(other_separator));
    map.map.at(text.substr(0, at), item.place).value =
        at == std::string::npos ? make_null(item.place) : make_text(text.substr(at + 1), item.place);
  }
  node = std::move(map);
}

void names_to_map(Node& node, const char* key = nullptr, const char* value = nullptr) {
  Node map = make_map(node.place);
  map.tag = node.tag;
  for (Node& item : node.items) {
    Entry& entry = map.map.at(scalar_text(item), item.place);
    entry.value =
        key == nullptr ? make_null(item.place) : map_with(item.place, key, make_text(value, item.place));
  }
  node = std::move(map);
}

// --- ports: [[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL], with ranges on both sides

struct Range {
  int first = 0;
  int last = 0;
};
std::optional<Range> parse_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_integer(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_integer(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last > 65535 || *first > *last) return std::nullopt;
  return Range{static_cast<int>(*first), static_cast<int>(*last)};
}

Node port_node(const Place& place, const std::string& host_ip, const std::string& published, int target,
               const std::string& protocol) {
  Node port = make_map(place);
  port.set("mode", make_text("ingress", place));
  if (!host_ip.empty()) port.set("host_ip", make_text(host_ip, place));
  port.set("target", make_int(target, place));
  if (!published.empty()) port.set("published", make_text(published, place));
  port.set("protocol", make_text(protocol, place));
  return port;
}

void expand_port(const Node& item, std::vector<Node>& ports, Findings& findings) {
  const std::string text = scalar_text(item);
  const auto wrong = [&](const std::string& why) {
    findings.error(item.place, "invalid port " + quoted(text) + ": " + why,
                   "expected [[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL], such as \"127.0.0.1:8080:80\"");
  };
  const auto slash = text.find('/');
  const std::string protocol = slash == std::string::npos ? "tcp" : text.substr(slash + 1);
  std::string rest = text.substr(0, slash);
  const auto last = rest.rfind(':');
  const auto target = parse_range(last == std::string::npos ? rest : rest.substr(last + 1));
  if (!target || target->first == 0) return wrong("the container's port is no number from 1 to 65535");
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
    return wrong("unknown protocol " + quoted(protocol));
  std::string host_ip;
  std::optional<Range> published;
  if (last != std::string::npos) {
    rest.resize(last);
    const auto colon = rest.rfind(':');
    const std::string number = colon == std::string::npos ? rest : rest.substr(colon + 1);
    if (colon != std::string::npos) host_ip = rest.substr(0, colon);
    if (host_ip.starts_with('[') && host_ip.ends_with(']')) host_ip = host_ip.substr(1, host_ip.size() - 2);
    if (!number.empty()) {
      published = parse_range(number);
      if (!published) return wrong("the published port is no number up to 65535");
    }
  }
  const int count = target->last - target->first;
  const bool choice = published && count == 0 && published->last != published->first;
  if (published && !choice && published->last - published->first != count)
    return wrong("both ranges must have the same length");
  for (int i = 0; i <= count; ++i) {
    std::string number;
    if (choice)
      number = std::to_string(published->first) + "-" + std::to_string(published->last);
    else if (published)
      number = std::to_string(published->first + i);
    ports.push_back(port_node(item.place, host_ip, number, target->first + i, protocol));
  }
}

void expand_ports(Node& node, Findings& findings) {
  std::vector<Node> ports;
  for (Node& item : node.items) {
    if (item.is_map()) {
      if (item.find("protocol") == nullptr) item.set("protocol", make_text("tcp", item.place));
      if (item.find("mode") == nullptr) item.set("mode", make_text("ingress", item.place));
      ports.push_back(std::move(item));
    } else {
      expand_port(item, ports, findings);
    }
  }
  node.items = std::move(ports);
}

// --- volumes: [SOURCE:]TARGET[:OPTION,OPTION]

bool is_path(std::string_view source) {
  return source.starts_with('/') || source.starts_with('.') || source.starts_with('~');
}

void apply_mount_option(Node& mount, const std::string& option, bool bind, Findings& findings) {
  const Place place = mount.place;
  const auto part = [&](const char* name) -> Node& {
    Node* known = mount.find(name);
    return known != nullptr ? *known : mount.set(name, make_map(place));
  };
  constexpr std::array<std::string_view, 6> kPropagation{"private", "rprivate", "shared",
                                                         "rshared", "slave",    "rslave"};
  if (option == "ro") {
    mount.set("read_only", make_bool(true, place));
  } else if (option == "nocopy") {
    part("volume").set("nocopy", make_bool(true, place));
  } else if ((option == "z" || option == "Z") && bind) {
    part("bind").set("selinux", make_text(option, place));
  } else if (std::find(kPropagation.begin(), kPropagation.end(), option) != kPropagation.end()) {
    part("bind").set("propagation", make_text(option, place));
  } else if (option != "rw" && option != "cached" && option != "delegated" && option != "consistent" &&
             !option.empty()) {
    findings.warning(place, "unknown volume option " + quoted(option));
  }
}

void expand_mount(Node& node, Findings& findings) {
  const std::string text = node.text;
  const Place place = node.place;
  const std::vector<std::string> parts = split(text, ':');
  if (text.empty() || parts.size() > 3 ||
      std::any_of(parts.begin(), parts.end(), [](const auto& p) { return p.empty(); })) {
    findings.error(place, "invalid volume " + quoted(text),
                   "expected [SOURCE:]TARGET[:ro], such as \"./data:/data\"");
    return;
  }
  node = make_map(place);
  if (parts.size() == 1) {
    node.set("type", make_text("volume", place));
    node.set("target", make_text(parts[0], place));
    return;
  }
  const bool bind = is_path(parts[0]);
  node.set("type", make_text(bind ? "bind" : "volume", place));
  node.set("source", make_text(parts[0], place));
  node.set("target", make_text(parts[1], place));
  if (bind) node.set("bind", map_with(place, "create_host_path", make_bool(true, place)));
  if (parts.size() == 3)
    for (const std::string& option : split(parts[2], ',')) apply_mount_option(node, option, bind, findings);
}

void expand_device(Node& node) {
  const std::vector<std::string> parts = split(node.text, ':');
  Node device = make_map(node.place);
  device.set("source", make_text(parts[0], node.place));
  device.set("target", make_text(parts.size() > 1 ? parts[1] : parts[0], node.place));
  device.set("permissions", make_text(parts.size() > 2 ? parts[2] : "rwm", node.place));
  node = std::move(device);
}

void expand_env_files(Node& node) {
  if (node.is_text() || node.is_map()) {
    Node list = make_list(node.place);
    list.tag = node.tag;
    list.items.push_back(std::move(node));
    node = std::move(list);
  }
  for (Node& item : node.items)
    if (item.is_scalar()) item = map_with(item.place, "path", make_text(scalar_text(item), item.place));
}

void expand_short(Node& node, const Attribute& attribute, Findings& findings) {
  const Place place = node.place;
  switch (attribute.rules.brief) {
    case Short::None:
    case Short::Gpus:
    case Short::Include:
      return;
    case Short::Build:
      if (node.is_scalar()) node = map_with(place, "context", make_text(scalar_text(node), place));
      return;
    case Short::Dependencies:
      if (node.is_list()) names_to_map(node, "condition", "service_started");
      return;
    case Short::EnvFiles:
      return expand_env_files(node);
    case Short::OneOrMore:
      if (!node.is_scalar() || node.is_null()) return;
      {
        Node list = make_list(place);
        list.tag = node.tag;
        list.items.push_back(make_text(scalar_text(node), place));
        node = std::move(list);
      }
      return;
    case Short::Extends:
      if (node.is_scalar()) node = map_with(place, "service", make_text(scalar_text(node), place));
      return;
    case Short::Names:
      if (node.is_list()) names_to_map(node);
      return;
    case Short::Ports:
      return expand_ports(node, findings);
    case Short::Mount:
      if (node.is_scalar()) expand_mount(node, findings);
      return;
    case Short::Device:
      if (node.is_scalar()) expand_device(node);
      return;
    case Short::FileReference:
      if (node.is_scalar()) node = map_with(place, "source", make_text(scalar_text(node), place));
      return;
    case Short::External:
      return;
    case Short::Rootfs:
      if (node.is_scalar()) node = map_with(place, "path", make_text(scalar_text(node), place));
      return;
  }
}

void expand_by_kind(Node& node, const Attribute& attribute) {
  switch (attribute.rules.as) {
    case As::Variables:
    case As::TextMap:
    case As::Keys:
      if (node.is_list()) list_to_map(node);
      return;
    case As::Texts:
      if (!node.is_scalar() || node.is_null()) return;
      {
        Node list = make_list(node.place);
        list.tag = node.tag;
        list.items.push_back(make_text(scalar_text(node), node.place));
        node = std::move(list);
      }
      return;
    default:
      return;
  }
}

}  // namespace

void expand(Node& node, const Attribute& attribute, Findings& findings) {
  if (node.tag == Tag::Reset) return;
  expand_short(node, attribute, findings);
  expand_by_kind(node, attribute);
  if (node.is_map()) {
    for (Entry& entry : node.map)
      if (const Attribute* row = member(&attribute, entry.key)) expand(entry.value, *row, findings);
  } else if (node.is_list()) {
    if (const Attribute* row = item(&attribute))
      for (Node& one : node.items) expand(one, *row, findings);
  }
}

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (quote == '\'') {
      if (c == '\'')
        quote = '\0';
      else
        *word += c;
    } else if (c == '\\' &&
               (quote == '\0' || (at + 1 < line.size() && std::string_view("\"\\$`\n").find(line[at + 1]) !=
                                                              std::string_view::npos))) {
      if (++at == line.size()) throw std::invalid_argument("a backslash ends the line");
      if (!word) word.emplace();
      if (line[at] != '\n') *word += line[at];
    } else if (quote == '"') {
      if (c == '"')
        quote = '\0';
      else
        *word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      if (!word) word.emplace();
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
    } else if (c == '#' && !word) {
      while (at < line.size() && line[at] != '\n') ++at;
    } else {
      if (!word) word.emplace();
      *word += c;
    }
  }
  if (quote != '\0') throw std::invalid_argument("a quote is not closed");
  if (word) words.push_back(*word);
  return words;
}

}  // namespace orchestrator::compose
