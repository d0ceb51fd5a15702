#include "orchestrator/compose/normalize.hpp"

#include <array>

#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::array<std::string_view, 5> kNamespaces{"network_mode", "ipc", "pid", "uts", "cgroup"};
constexpr std::array<std::string_view, 4> kNamed{"networks", "volumes", "configs", "secrets"};
constexpr std::string_view kServicePrefix = "service:";
constexpr std::string_view kContainerPrefix = "container:";

enum class Unset { Keep, Drop };

Node taken_over(const std::string& name, std::string text, const Place& place,
                const Environment& environment) {
  Node node = make_text(std::move(text), place);
  auto history = std::make_shared<History>();
  history->variables = {name + " from " + environment.origin(name)};
  node.history = std::move(history);
  return node;
}

void take_over(Node& variables, const Environment& environment, Unset unset) {
  if (variables.is_map()) {
    for (Entry& entry : variables.map)
      if (entry.value.is_null())
        if (auto value = environment.find(entry.key))
          entry.value = taken_over(entry.key, std::move(*value), entry.place, environment);
    if (unset == Unset::Drop)
      variables.map.erase_if([](const Entry& entry) { return entry.value.is_null(); });
    return;
  }
  const auto bare = [](const Node& item) {
    return item.is_text() && item.text.find('=') == std::string::npos;
  };
  for (Node& item : variables.items)
    if (bare(item))
      if (const auto value = environment.find(item.text))
        item = taken_over(item.text, item.text + "=" + *value, item.place, environment);
  if (unset == Unset::Drop) std::erase_if(variables.items, bare);
}

void normalize_build(Node& service, const Environment& environment) {
  Node* build = service.find("build");
  if (build == nullptr || !build->is_map()) return;
  if (build->find("context") == nullptr) build->set("context", make_text(".", build->place));
  if (build->find("dockerfile") == nullptr && build->find("dockerfile_inline") == nullptr)
    build->set("dockerfile", make_text("Dockerfile", build->place));
  if (Node* args = build->find("args")) take_over(*args, environment, Unset::Drop);
}

class Implied {
 public:
  explicit Implied(Node& service) : service_(service) {}

  void add_all() {
    if (const Node* own = find(&service_, {"x-mdcompose", "depends_on"}); own != nullptr && own->is_map())
      for (const Entry& entry : own->map) add_own(entry);
    each_item(service_.find("links"), [&](const Node& link, std::size_t) {
      add(link.text.substr(0, link.text.find(':')), link.place, true);
    });
    for (const std::string_view name : kNamespaces)
      if (const Node* shared = service_.find(name);
          shared != nullptr && shared->text.starts_with(kServicePrefix))
        add(shared->text.substr(kServicePrefix.size()), shared->place, true);
    each_item(service_.find("volumes_from"), [&](const Node& from, std::size_t) {
      if (!from.text.starts_with(kContainerPrefix))
        add(from.text.substr(0, from.text.find(':')), from.place, false);
    });
  }

 private:
  /// The conditions that only we know stay where they are; that there is a dependency is for all to see.
  void add_own(const Entry& entry) {
    add(entry.key, entry.place, false);
    Node& dependency = *service_.find("depends_on")->find(entry.key);
    for (const std::string_view key : {"required", "restart"})
      if (const Node* given = entry.value.find(key)) dependency.set(std::string(key), *given);
  }
  void add(const std::string& on, const Place& place, bool restart) {
    Node* known = service_.find("depends_on");
    if (known == nullptr || !known->is_map()) known = &service_.set("depends_on", make_map(place));
    if (known->find(on) != nullptr) return;
    Node dependency = map_of("condition", make_text("service_started", place));
    dependency.set("required", make_bool(true, place));
    dependency.set("restart", make_bool(restart, place));
    known->set(on, std::move(dependency));
  }

  Node& service_;
};

void normalize_hooks(Node& service) {
  const Node* image = service.find("image");
  if (image == nullptr) return;
  const Node copy = *image;
  each_item(service.find("pre_start"), [&](Node& hook, std::size_t) {
    if (hook.is_map() && hook.find("image") == nullptr) hook.set("image", copy);
  });
}

void normalize_service(Node& service, const Environment& environment) {
  if (Node* policy = service.find("pull_policy"); policy != nullptr && policy->text == "if_not_present")
    policy->text = "missing";
  normalize_build(service, environment);
  if (Node* variables = service.find("environment")) take_over(*variables, environment, Unset::Keep);
  Implied(service).add_all();
  normalize_hooks(service);
  each_item(service.find("volumes"), [](Node& mount, std::size_t) {
    if (Node* target = mount.find("target"); target != nullptr && target->is_text() && !target->text.empty())
      target->text = clean_path(target->text);
  });
}

/// True where the service is in the default network.
bool join_networks(Node& service) {
  if (service.find("provider") != nullptr || service.find("network_mode") != nullptr) return false;
  const Node* networks = service.find("networks");
  if (networks != nullptr && networks->is_map() && !networks->map.empty())
    return networks->find("default") != nullptr;
  service.set("networks", map_of("default", make_null({})));
  return true;
}

void normalize_networks(Node& model) {
  bool uses_default = false;
  each_of(model, "services", [&](Entry& service, const Trail&) {
    if (service.value.is_map() && join_networks(service.value)) uses_default = true;
  });
  if (!uses_default) return;
  Node* networks = model.find("networks");
  if (networks == nullptr) networks = &model.set("networks", make_map(model.place));
  if (networks->find("default") == nullptr) networks->set("default", make_null({}));
}

void name_resources(Node& model, const std::string& project_name) {
  for (const std::string_view section : kNamed)
    each_of(model, section, [&](Entry& entry, const Trail&) {
      if (entry.value.is_null()) entry.value = make_map(entry.value.place);
      if (!entry.value.is_map() || entry.value.find("name") != nullptr) return;
      const bool external = entry.value.is_true("external");
      entry.value.set("name", make_text(external ? entry.key : project_name + "_" + entry.key, {}));
    });
}

}  // namespace

void take_over_variables(Node& model, const Environment& environment) {
  each_of(model, "services", [&](Entry& service, const Trail&) {
    if (Node* variables = service.value.find("environment")) take_over(*variables, environment, Unset::Keep);
  });
}

void normalize(Node& model, const std::string& project_name, const Environment& environment) {
  normalize_networks(model);
  each_of(model, "services", [&](Entry& service, const Trail&) {
    if (service.value.is_map()) normalize_service(service.value, environment);
  });
  name_resources(model, project_name);
}

}  // namespace orchestrator::compose
