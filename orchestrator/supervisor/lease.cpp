#include "orchestrator/supervisor/lease.hpp"

#include <algorithm>

#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {
namespace {

/// Of `along`, what a service needs that runs and is not to end.
std::string needed_by_others(const std::set<std::string>& ending, const std::set<std::string>& along,
                             const Members& members) {
  for (const auto& [id, member] : members) {
    if (ending.contains(member->record.service) || !may_run_again(*member)) continue;
    for (const project::Dependency& dependency : member->definition->service.depends_on)
      if (ending.contains(dependency.service) && along.contains(dependency.service))
        return dependency.service;
  }
  return "";
}

}  // namespace

std::set<std::string> running_services(const Members& members) {
  std::set<std::string> services;
  for (const auto& [id, member] : members)
    if (may_run_again(*member)) services.insert(member->record.service);
  return services;
}

Lease lease_of(const std::vector<std::string>& services, const project::Project& project,
               const plan::Plan& plan, const std::set<std::string>& before) {
  Lease lease{.named = {services.begin(), services.end()}};
  if (services.empty())
    for (const auto& [name, service] : project.services) lease.named.insert(name);
  for (const plan::Step& step : plan.steps)
    if (step.subject == plan::Subject::container && step.action != plan::Action::remove &&
        !lease.named.contains(step.service) && !before.contains(step.service))
      lease.along.insert(step.service);
  return lease;
}

Lease without(Lease lease, const std::set<std::string>& before) {
  for (const std::string& service : before) {
    lease.named.erase(service);
    lease.along.erase(service);
  }
  return lease;
}

std::vector<Member*> held_by(const Lease& lease, const Members& members) {
  std::set<std::string> ending = lease.named;
  ending.insert(lease.along.begin(), lease.along.end());
  for (;;) {
    const std::string needed = needed_by_others(ending, lease.along, members);
    if (needed.empty()) break;
    ending.erase(needed);
  }
  std::vector<Member*> held = select(members, {});
  std::erase_if(held, [&](const Member* member) { return !ending.contains(member->record.service); });
  return held;
}

}  // namespace orchestrator::supervisor
