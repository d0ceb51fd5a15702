#include "orchestrator/supervisor/selection.hpp"

#include <algorithm>
#include <stdexcept>

#include "orchestrator/project/json.hpp"
#include "orchestrator/supervisor/files.hpp"

namespace orchestrator::supervisor {
namespace {

void add_with_dependencies(const project::Project& project, const std::string& name, bool dependencies,
                           std::set<std::string>& services) {
  const auto found = project.services.find(name);
  if (found == project.services.end() || !services.insert(name).second || !dependencies) return;
  for (const project::Dependency& dependency : found->second.depends_on)
    add_with_dependencies(project, dependency.service, true, services);
}

}  // namespace

std::set<std::string> services_for(const project::Project& project, const state::Request& request) {
  std::set<std::string> services;
  for (const std::string& name : request.services) {
    if (!project.services.contains(name)) throw std::runtime_error("no such service: " + name);
    add_with_dependencies(project, name, !request.no_deps, services);
  }
  if (request.services.empty())
    for (const auto& [name, service] : project.services) services.insert(name);
  return services;
}

std::vector<plan::Wanted> wanted_instances(const project::Project& project, const state::Request& request) {
  std::vector<plan::Wanted> wanted;
  for (const auto& [name, service] : project.services) {
    const auto scaled = request.scale.find(name);
    const int count = scaled == request.scale.end() ? project::replicas(service) : scaled->second;
    for (int number = 1; number <= count; ++number)
      wanted.push_back({.service = name,
                        .number = number,
                        .name = container_name(project.name, service, number),
                        .hash = project::service_hash(service)});
  }
  return wanted;
}

std::vector<Member*> select(const Members& members, const std::vector<std::string>& services) {
  std::vector<Member*> selected;
  for (const std::string& name : services)
    if (std::none_of(members.begin(), members.end(),
                     [&](const auto& entry) { return entry.second->record.service == name; }))
      throw std::runtime_error("no such service: " + name);
  for (const auto& [id, member] : members)
    if (services.empty() ||
        std::find(services.begin(), services.end(), member->record.service) != services.end())
      selected.push_back(member.get());
  return selected;
}

std::vector<state::Instance> records_of(const Members& members) {
  std::vector<state::Instance> records;
  for (const auto& [id, member] : members) records.push_back(member->record);
  return records;
}

}  // namespace orchestrator::supervisor
