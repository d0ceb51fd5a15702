#include "orchestrator/compose/consistency.hpp"

#include <algorithm>

namespace orchestrator::compose {
namespace {

using project::Project;
using project::Service;

Place place_of(const project::Source& source) {
  Place place{.line = source.line, .column = source.column};
  if (!source.file.empty()) {
    auto file = std::make_shared<File>();
    file->name = source.file;
    place.file = std::move(file);
  }
  return place;
}

std::vector<std::string_view> names_of(const Project& project) {
  std::vector<std::string_view> names;
  for (const auto& [name, service] : project.services) names.push_back(name);
  return names;
}

void check_dependencies(const Project& project, const Service& service, Findings& findings) {
  for (const project::Dependency& dependency : service.depends_on) {
    if (project.services.contains(dependency.service) || !dependency.required) continue;
    const bool disabled = project.disabled.contains(dependency.service);
    findings.error(place_of(dependency.source),
                   "services." + service.name + ".depends_on: service " + quoted(dependency.service) +
                       (disabled ? " belongs to a profile that is not active" : " is not defined"),
                   disabled ? "" : did_you_mean(nearest(dependency.service, names_of(project))));
  }
}

void check_namespace(const Project& project, const Service& service, const std::string& word,
                     const char* attribute, Findings& findings) {
  if (!word.starts_with("service:")) return;
  const std::string name = word.substr(8);
  if (project.services.contains(name)) return;
  findings.error(
      place_of(service.source),
      "services." + service.name + "." + attribute + ": service " + quoted(name) + " is not defined",
      did_you_mean(nearest(name, names_of(project))));
}

template <class Defined>
void check_reference(const Service& service, const Defined& defined, const std::string& name,
                     const std::string& kind, const project::Source& source, Findings& findings) {
  if (defined.contains(name)) return;
  std::vector<std::string_view> known;
  for (const auto& [key, value] : defined) known.push_back(key);
  findings.error(place_of(source),
                 "services." + service.name + ": " + kind + " " + quoted(name) + " is not defined",
                 did_you_mean(nearest(name, known)));
}

void check_service(const Project& project, const Service& service, Findings& findings) {
  const Place place = place_of(service.source);
  const std::string path = "services." + service.name;
  if (!service.rootfs && service.image.empty() && service.build.empty())
    findings.error(place, path + " has neither a rootfs nor an image nor a build section");
  check_dependencies(project, service, findings);
  check_namespace(project, service, service.network_mode, "network_mode", findings);
  check_namespace(project, service, service.pid, "pid", findings);
  check_namespace(project, service, service.ipc, "ipc", findings);
  for (const auto& [name, attachment] : service.networks)
    check_reference(service, project.networks, name, "network", service.source, findings);
  for (const project::ServiceVolume& volume : service.volumes)
    if (volume.type == "volume" && !volume.source.empty())
      check_reference(service, project.volumes, volume.source, "volume", volume.place, findings);
  for (const auto& reference : service.secrets)
    check_reference(service, project.secrets, reference.source, "secret", service.source, findings);
  for (const auto& reference : service.configs)
    check_reference(service, project.configs, reference.source, "config", service.source, findings);
  if (!service.network_mode.empty() && !service.networks.empty())
    findings.error(place, path + ": network_mode and networks exclude each other");
  if (!service.container_name.empty() && project::replicas(service) > 1)
    findings.error(place, path + ": container_name allows only one instance, not " +
                              std::to_string(project::replicas(service)));
}

/// Depth first; the stack of names is the circle.
bool find_circle(const Project& project, const std::string& name, std::vector<std::string>& way,
                 std::set<std::string>& done) {
  if (done.contains(name)) return false;
  const bool again = std::find(way.begin(), way.end(), name) != way.end();
  way.push_back(name);
  if (again) return true;
  const auto found = project.services.find(name);
  if (found != project.services.end())
    for (const project::Dependency& dependency : found->second.depends_on)
      if (find_circle(project, dependency.service, way, done)) return true;
  way.pop_back();
  done.insert(name);
  return false;
}

void check_circles(const Project& project, Findings& findings) {
  std::set<std::string> done;
  for (const auto& [name, service] : project.services) {
    std::vector<std::string> way;
    if (!find_circle(project, name, way, done)) continue;
    const auto start = std::find(way.begin(), way.end(), way.back());
    std::string text;
    for (auto step = start; step != way.end(); ++step) text += (text.empty() ? "" : " -> ") + *step;
    findings.error(place_of(project.services.at(*start).source), "dependencies go in a circle: " + text);
    return;
  }
}

}  // namespace

void check_consistency(const Project& project, Findings& findings) {
  for (const auto& [name, service] : project.services) check_service(project, service, findings);
  check_circles(project, findings);
}

void apply_profiles(Project& project, const std::set<std::string>& active) {
  if (active.contains("*")) return;
  std::erase_if(project.services, [&](auto& entry) {
    const auto& profiles = entry.second.profiles;
    const bool enabled =
        profiles.empty() || std::any_of(profiles.begin(), profiles.end(),
                                        [&](const std::string& one) { return active.contains(one); });
    if (!enabled) project.disabled.emplace(entry.first, std::move(entry.second));
    return !enabled;
  });
}

}  // namespace orchestrator::compose
