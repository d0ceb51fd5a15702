#include "orchestrator/compose/select.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <utility>

#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

bool belongs_to(const Node& service, const std::set<std::string>& active) {
  const Node* profiles = service.find("profiles");
  return profiles == nullptr || profiles->items.empty() || active.contains("*") ||
         std::any_of(profiles->items.begin(), profiles->items.end(),
                     [&](const Node& profile) { return active.contains(profile.text); });
}

Node& services_of(Node& model) {
  Node* services = model.find("services");
  return services != nullptr ? *services : model.set("services", make_map(model.place));
}

void disable_others(Selection& selection, const std::set<std::string, std::less<>>& kept) {
  Node& services = services_of(selection.model);
  std::vector<Entry> enabled;
  for (Entry& entry : services.map.take()) {
    if (kept.contains(entry.key))
      enabled.push_back(std::move(entry));
    else
      selection.disabled.map.at(entry.key, entry.place).value = std::move(entry.value);
  }
  services.map.assign(std::move(enabled));
}

bool is_required(const Node& dependency) {
  const Node* required = dependency.find("required");
  return required == nullptr || required->kind != Kind::Bool || required->boolean;
}

/// Follows dependencies from the named services on.
class Closure {
 public:
  Closure(const Node& services, Findings& findings) : services_(services), findings_(findings) {}

  std::set<std::string, std::less<>> of(const std::vector<std::string>& named) {
    for (const std::string& name : named)
      for (const std::string& one : matching(name)) ask_for(one, {});
    while (!open_.empty()) {
      const std::string name = std::move(open_.back());
      open_.pop_back();
      if (const Node* dependencies = find(&services_, {name, "depends_on"}))
        for (const Entry& entry : dependencies->map) {
          if (services_.find(entry.key) == nullptr && !is_required(entry.value)) continue;
          ask_for(entry.key, entry.place);
        }
    }
    return std::move(kept_);
  }

 private:
  [[nodiscard]] std::vector<std::string> matching(const std::string& name) const {
    if (name.find_first_of("*?[") == std::string::npos) return {name};
    std::vector<std::string> found;
    for (const Entry& service : services_.map)
      if (fnmatch(name.c_str(), service.key.c_str(), 0) == 0) found.push_back(service.key);
    return found.empty() ? std::vector{name} : found;
  }
  void ask_for(const std::string& name, const Place& place) {
    if (kept_.contains(name)) return;
    if (services_.find(name) == nullptr)
      return findings_.error(place, "no such service: " + quoted(name),
                             did_you_mean(nearest(name, services_.map)));
    kept_.insert(name);
    open_.push_back(name);
  }

  const Node& services_;
  Findings& findings_;
  std::set<std::string, std::less<>> kept_{};
  std::vector<std::string> open_{};
};

using Names = std::set<std::string, std::less<>>;

void add_keys(const Node* map, Names& names) {
  if (map != nullptr)
    for (const Entry& entry : map->map) names.insert(entry.key);
}
void add_sources(const Node* list, Names& names) {
  each_item(list, [&](const Node& item, std::size_t) { names.emplace(item.text_of("source")); });
}

std::map<std::string_view, Names> used_by(const Node& model) {
  std::map<std::string_view, Names> used;
  each_of(model, "services", [&](const Entry& service, const Trail&) {
    add_keys(service.value.find("networks"), used["networks"]);
    add_keys(service.value.find("models"), used["models"]);
    add_sources(service.value.find("secrets"), used["secrets"]);
    add_sources(find(&service.value, {"build", "secrets"}), used["secrets"]);
    add_sources(service.value.find("configs"), used["configs"]);
    each_item(service.value.find("volumes"), [&](const Node& mount, std::size_t) {
      if (mount.text_of("type") == "volume") used["volumes"].emplace(mount.text_of("source"));
    });
  });
  return used;
}

}  // namespace

Selection apply_profiles(Node model, std::set<std::string> active, const std::vector<std::string>& named) {
  Node& services = services_of(model);
  for (const std::string& name : named) {
    const Node* service = services.find(name);
    if (service == nullptr || belongs_to(*service, active)) continue;
    each_item(service->find("profiles"),
              [&](const Node& profile, std::size_t) { active.insert(profile.text); });
  }
  std::set<std::string, std::less<>> enabled;
  for (const Entry& entry : services.map)
    if (belongs_to(entry.value, active)) enabled.insert(entry.key);
  Selection selection{.model = std::move(model), .disabled = make_map({})};
  disable_others(selection, enabled);
  return selection;
}

void keep_services(Selection& selection, const std::vector<std::string>& named, Findings& findings) {
  Node& services = services_of(selection.model);
  if (!named.empty()) disable_others(selection, Closure(services, findings).of(named));
  for (Entry& service : services.map)
    if (Node* dependencies = service.value.find("depends_on")) {
      dependencies->map.erase_if(
          [&](const Entry& entry) { return selection.disabled.find(entry.key) != nullptr; });
      if (dependencies->map.empty()) service.value.map.erase("depends_on");
    }
}

void drop_unused_resources(Node& model) {
  const auto used = used_by(model);
  for (const std::string_view section : {"networks", "volumes", "secrets", "configs", "models"}) {
    Node* resources = model.find(section);
    if (resources == nullptr) continue;
    const auto names = used.find(section);
    resources->map.erase_if(
        [&](const Entry& entry) { return names == used.end() || !names->second.contains(entry.key); });
    if (resources->map.empty()) model.map.erase(section);
  }
}

}  // namespace orchestrator::compose
