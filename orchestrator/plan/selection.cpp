#include "orchestrator/plan/selection.hpp"

#include <algorithm>
#include <stdexcept>

namespace orchestrator::plan {
namespace {

using project::Project;
using project::Service;

void add_with_dependencies(const Project& project, const std::string& name, bool dependencies,
                           std::set<std::string>& services) {
  const auto found = project.services.find(name);
  if (found == project.services.end() || !services.insert(name).second || !dependencies) return;
  for (const project::Dependency& dependency : found->second.depends_on)
    add_with_dependencies(project, dependency.service, true, services);
}

void add_in_order(const Project& project, const std::string& name, std::set<std::string>& seen,
                  std::vector<std::string>& order) {
  const auto found = project.services.find(name);
  if (found == project.services.end() || !seen.insert(name).second) return;
  for (const project::Dependency& dependency : found->second.depends_on)
    add_in_order(project, dependency.service, seen, order);
  order.push_back(name);
}

}  // namespace

Choices choices_of(const state::Request& request) {
  return {.services = {request.services.begin(), request.services.end()},
          .no_deps = request.no_deps,
          .force_recreate = request.force_recreate,
          .always_recreate_deps = request.always_recreate_deps,
          .no_recreate = request.no_recreate,
          .renew_volumes = request.renew_anon_volumes,
          .remove_orphans = request.remove_orphans,
          .ignore_orphans = request.ignore_orphans,
          .start = request.verb == "up",
          .scale = request.scale};
}

std::string container_name(const std::string& project, const Service& service, int number) {
  if (!service.container_name.empty()) return service.container_name;
  return project + "-" + service.name + "-" + std::to_string(number);
}

std::vector<std::string> in_order_of_start(const Project& project) {
  std::vector<std::string> order;
  std::set<std::string> seen;
  for (const auto& [name, service] : project.services) add_in_order(project, name, seen, order);
  return order;
}

std::set<std::string> jobs_of(const Project& project) {
  std::set<std::string> jobs;
  for (const auto& [name, service] : project.services)
    for (const project::Dependency& dependency : service.depends_on)
      if (dependency.condition == "service_completed_successfully") jobs.insert(dependency.service);
  for (const auto& [name, service] : project.services) {
    if (service.oneshot == "once") jobs.insert(name);
    if (service.oneshot == "always") jobs.erase(name);
  }
  return jobs;
}

bool borrows_volumes_of(const Service& service, const std::string& lender) {
  return std::any_of(service.volumes_from.begin(), service.volumes_from.end(), [&](const std::string& entry) {
    return entry.substr(0, entry.find(':')) == lender;  // "SERVICE", "SERVICE:ro"
  });
}

std::set<std::string> chosen_services(const Project& project, const Choices& choices) {
  std::set<std::string> services;
  for (const std::string& name : choices.services) {
    if (!project.services.contains(name)) throw std::runtime_error("no such service: " + name);
    add_with_dependencies(project, name, !choices.no_deps, services);
  }
  if (choices.services.empty())
    for (const auto& [name, service] : project.services) services.insert(name);
  return services;
}

std::vector<Wanted> wanted_of(const Project& project, const Service& service, const Choices& choices) {
  const auto scaled = choices.scale.find(service.name);
  const int count = scaled == choices.scale.end() ? project::replicas(service) : scaled->second;
  std::vector<Wanted> wanted;
  for (int number = 1; number <= count; ++number)
    wanted.push_back(
        {.service = service.name, .number = number, .name = container_name(project.name, service, number)});
  return wanted;
}

}  // namespace orchestrator::plan
