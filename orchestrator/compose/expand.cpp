#include "orchestrator/compose/expand.hpp"

#include <stdexcept>
#include <utility>

#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::size_t kMostPorts = 20'000;  // of one service

class Expansion {
 public:
  Expansion(bool filled_in, Findings& findings) : filled_in_(filled_in), findings_(findings) {}

  void expand(Node& node, const Attribute& attribute, const Trail& trail) {
    if (node.tag == Tag::Broken) return;
    expand_short(node, attribute.rules.brief, trail);
    if (node.is_map()) {
      for (Entry& entry : node.map)
        if (const Attribute* row = member(&attribute, entry.key))
          expand(entry.value, *row, trail.to(entry.key));
    } else if (const Attribute* row = item(&attribute)) {
      for (std::size_t i = 0; i < node.items.size(); ++i) expand(node.items[i], *row, trail.at(i));
    }
  }

 private:
  void expand_short(Node& node, Short brief, const Trail& trail) {
    switch (brief) {
      case Short::None:
        return;
      case Short::Build:
        return text_to_map(node, "context");
      case Short::Extends:
        return text_to_map(node, "service");
      case Short::FileReference:
        return text_to_map(node, "source");
      case Short::Rootfs:
      case Short::Include:
        return text_to_map(node, "path");
      case Short::Dependencies:
        return expand_dependencies(node);
      case Short::EnvFiles:
        return expand_env_files(node);
      case Short::OneOrMore:
        return expand_one_or_more(node);
      case Short::Names:
        return names_to_map(node, make_null(node.place));
      case Short::Ports:
        return expand_ports(node, trail);
      case Short::Mount:
        return expand_volume(node, trail);
      case Short::Device:
        if (node.is_text()) node = parsed(node, trail, "device", [&] { return expand_device(node); });
        return;
      case Short::External:
        return expand_external(node, trail);
      case Short::Gpus:
        if (node.is_text()) node = list_of(map_of("count", std::move(node)));
        return;
    }
  }

  static void text_to_map(Node& node, std::string_view key) {
    if (node.is_text()) node = map_of(key, std::move(node));
  }

  /// An unset variable is no entry: "dns: ${DNS}".
  static void expand_one_or_more(Node& node) {
    if (node.is_text()) node = list_of(std::move(node));
    std::erase_if(node.items, [](const Node& one) { return one.is_text() && one.text.empty(); });
  }

  static void expand_dependencies(Node& node) {
    names_to_map(node, started_dependency(node.place));
    for (Entry& entry : node.map)
      if (entry.value.is_map() && entry.value.find("required") == nullptr)
        entry.value.set("required", make_bool(true, entry.place));
  }

  static void expand_env_files(Node& node) {
    if (!node.is_list()) node = list_of(std::move(node));
    for (Node& item : node.items) {
      text_to_map(item, "path");
      if (item.find("required") == nullptr) item.set("required", make_bool(true, item.place));
    }
  }

  /// What `parse` makes of the node; the node itself where that fails.
  template <class Parse>
  Node parsed(const Node& node, const Trail& trail, std::string_view what, Parse parse) {
    try {
      Node made = parse();
      made.tag = node.tag;
      made.history = node.history;
      return made;
    } catch (const std::invalid_argument& error) {
      if (filled_in_)
        findings_.error(node.place, trail.text() + ": invalid " + std::string(what) + " " +
                                        quoted(node.text) + ": " + error.what());
      return node;
    }
  }

  void expand_ports(Node& node, const Trail& trail) {
    std::vector<Node> ports;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Node& written = node.items[i];
      if (written.is_map() || written.tag == Tag::Broken)
        ports.push_back(std::move(written));
      else
        expand_one_port(written, trail.at(i), ports);
    }
    if (ports.size() > kMostPorts) findings_.error(node.place, trail.text() + ": more than 20,000 ports");
    node.items = std::move(ports);
  }

  void expand_one_port(Node& written, const Trail& trail, std::vector<Node>& ports) {
    if (ports.size() > kMostPorts) return;
    try {
      for (Node& port : expand_port(written)) {
        port.history = written.history;
        ports.push_back(std::move(port));
      }
    } catch (const std::invalid_argument& error) {
      if (!filled_in_) return ports.push_back(std::move(written));
      findings_.error(written.place,
                      trail.text() + ": invalid port " + quoted(scalar_text(written)) + ": " + error.what(),
                      "expected [[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL], such as \"127.0.0.1:8080:80\"");
    }
  }

  void expand_volume(Node& node, const Trail& trail) {
    if (node.is_text()) {
      node = parsed(node, trail, "volume", [&] { return expand_mount(node, findings_); });
    } else if (Node* target = node.find("target");
               target != nullptr && target->is_text() && !target->text.empty()) {
      target->text = clean_target(target->text);
    }
  }

  /// `external: {name: x}` is an old spelling of `external: true` and `name: x`.
  void expand_external(Node& node, const Trail& trail) {
    const Node* external = node.find("external");
    if (external == nullptr || !external->is_map()) return;
    const Node* name = node.find("name");
    const Node* old = external->find("name");
    if (old != nullptr) {
      findings_.warning(old->place, trail.text() + ": external.name is deprecated",
                        "set name and external: true");
      if (name != nullptr && !same_value(*name, *old))
        findings_.error(old->place, trail.text() + ": name and external.name conflict", "only use name");
      else if (name == nullptr)
        node.set("name", Node(*old));
    }
    const Place place = node.find("external")->place;
    node.set("external", make_bool(true, place));
  }

  bool filled_in_;
  Findings& findings_;
};

}  // namespace

void expand(Node& root, const Attribute& attribute, bool filled_in, Findings& findings) {
  Expansion(filled_in, findings).expand(root, attribute, Trail{});
}

}  // namespace orchestrator::compose
