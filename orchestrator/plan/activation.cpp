#include "orchestrator/plan/activation.hpp"

#include <algorithm>

namespace orchestrator::plan {
namespace {

void wake(const std::map<std::string, ActivationState>& services, const std::string& name,
          std::set<std::string>& awake) {
  const auto service = services.find(name);
  if (service == services.end() || !service->second.wanted || !awake.insert(name).second) return;
  for (const std::string& dependency : service->second.depends_on) wake(services, dependency, awake);
}

/// The end of its idle time; nothing where it has none.
std::optional<Instant> end_of_idleness(const ActivationState& service) {
  if (!service.last_used || !service.idle_timeout) return std::nullopt;
  return *service.last_used + std::chrono::duration_cast<Instant::duration>(*service.idle_timeout);
}

bool wakes_by_itself(const ActivationState& service, Instant now) {
  if (!service.on_demand || is_in_use(service)) return true;
  if (!service.last_used) return false;
  const auto end = end_of_idleness(service);
  return !end || now < *end;
}

}  // namespace

bool is_in_use(const ActivationState& service) {
  return service.waited_for || (service.connected && service.lives);
}

Activation activation(const std::map<std::string, ActivationState>& services, Instant now) {
  Activation result;
  for (const auto& [name, service] : services) {
    if (!wakes_by_itself(service, now)) continue;
    wake(services, name, result.awake);
    const auto end = end_of_idleness(service);
    if (service.on_demand && !is_in_use(service) && end)
      result.next = std::min(result.next.value_or(*end), *end);
  }
  return result;
}

}  // namespace orchestrator::plan
