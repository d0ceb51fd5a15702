#include "orchestrator/plan/rehearsal.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/plan/start.hpp"

namespace orchestrator::plan {
namespace {

using state::Instance;
using state::Phase;
using state::Request;

bool has_process(const Instance& instance) {
  return instance.phase != Phase::created && instance.phase != Phase::exited && instance.phase != Phase::dead;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_orphan(const Request& request, const Instance& instance) {
  return request.verb == "down" && request.services.empty() && !request.remove_orphans &&
         !request.known.empty() &&
         !contains(request.known, instance.one_off_of.empty() ? instance.service : instance.one_off_of);
}

bool is_named(const Request& request, const Instance& instance) {
  if (is_orphan(request, instance)) return false;
  if (!request.services.empty()) return contains(request.services, instance.service);
  return instance.one_off_of.empty() || request.verb == "down";
}

/// Whether it goes along with a service: nobody stays without what he depends on, and `restart: true`
/// follows.
bool goes_along(const Request& request, const ObservedInstance& one, const std::set<std::string>& services) {
  const project::Service* service = service_of(one);
  const bool all = request.verb == "down";
  if (service == nullptr || (!all && (request.verb != "restart" || request.no_deps))) return false;
  return std::any_of(service->depends_on.begin(), service->depends_on.end(), [&](const auto& dependency) {
    return services.contains(dependency.service) && (all || dependency.restart);
  });
}

/// Ids of those whom the command is about.
std::set<std::string> ids_meant(const Request& request, const Observed& observed) {
  if (request.verb == "start") return ids_to_start(observed, request.services);
  std::set<std::string> ids;
  std::set<std::string> services;
  std::size_t before = 0;
  do {
    before = ids.size();
    for (const ObservedInstance& one : observed.instances) {
      if (!is_named(request, one.record) && !goes_along(request, one, services)) continue;
      ids.insert(one.record.id);
      services.insert(one.record.service);
    }
  } while (ids.size() != before);
  return ids;
}

std::optional<Action> action_for(const Request& request, const Instance& instance) {
  const bool up = has_process(instance);
  if (request.verb == "down") return Action::remove;
  if (request.verb == "restart") return up ? Action::restart : Action::start;
  if (request.verb == "stop" && up) return Action::stop;
  if (request.verb == "start" && !up) return Action::start;
  if (request.verb == "remove" && (request.force || !up)) return Action::remove;
  return std::nullopt;
}

void add_resources(Subject subject, const std::set<std::string>& names, Plan& plan) {
  for (const std::string& name : names)
    plan.steps.push_back({.action = Action::remove, .subject = subject, .name = name});
}

}  // namespace

Plan rehearsal_of(const Request& request, const Observed& observed) {
  Plan plan;
  std::set<std::string> networks;
  const std::set<std::string> meant = ids_meant(request, observed);
  for (const ObservedInstance& one : observed.instances) {
    if (!meant.contains(one.record.id)) {
      if (is_orphan(request, one.record)) plan.orphans.push_back(one.record.name);
      continue;
    }
    for (const state::Address& address : one.record.addresses) networks.insert(address.network);
    if (const auto action = action_for(request, one.record))
      plan.steps.push_back({.action = *action,
                            .name = one.record.name,
                            .id = one.record.id,
                            .service = one.record.service,
                            .number = one.record.number});
  }
  if (request.verb != "down" || !request.services.empty() || !plan.orphans.empty()) return plan;
  add_resources(Subject::network, networks, plan);
  if (request.volumes) add_resources(Subject::volume, observed.volumes, plan);
  return plan;
}

}  // namespace orchestrator::plan
