#include "orchestrator/compose/bind_deploy.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace orchestrator::compose {
namespace {

project::UpdateConfig bind_update(const Reader& from) {
  project::UpdateConfig update;
  from.number("parallelism", update.parallelism);
  if (update.parallelism.value_or(0) < 0)
    from.error(from.find("parallelism")->place, "parallelism must not be negative; 0 means all at once");
  from.duration("delay", update.delay);
  from.text("failure_action", update.failure_action);
  const std::string& action = update.failure_action;
  if (!action.empty() && action != "pause" && action != "continue" && action != "rollback")
    from.error(from.find("failure_action")->place,
               "failure_action is pause, continue or rollback, not " + quoted(action));
  from.duration("monitor", update.monitor);
  from.real("max_failure_ratio", update.max_failure_ratio);
  const double ratio = update.max_failure_ratio.value_or(0);
  if (!(ratio >= 0 && ratio <= 1))
    from.error(from.find("max_failure_ratio")->place, "max_failure_ratio must be from 0 to 1");
  from.text("order", update.order);
  return update;
}

/// The specification's words, and those of `restart:` that Docker Compose takes here, too.
void bind_condition(const Reader& from, std::string& into) {
  constexpr std::array<std::string_view, 6> kConditions{"none",   "on-failure", "any",
                                                        "always", "no",         "unless-stopped"};
  from.text("condition", into);
  if (into.empty() || std::find(kConditions.begin(), kConditions.end(), into) != kConditions.end()) return;
  from.error(from.find("condition")->place,
             "condition is none, on-failure, any or unless-stopped, not " + quoted(into),
             did_you_mean(nearest(into, kConditions)));
}

void refuse_negative(const Reader& from, std::string_view key, bool is_negative) {
  if (is_negative) from.out_of_range(*from.find(key), key, "must not be negative");
}

}  // namespace

project::Deploy bind_deploy(const Reader& from) {
  project::Deploy deploy;
  from.number("replicas", deploy.replicas);
  refuse_negative(from, "replicas", deploy.replicas.value_or(0) < 0);
  from.text_map("labels", deploy.labels);
  if (const auto resources = from.inside("resources")) {
    if (const auto limits = resources->inside("limits")) {
      limits->text("cpus", deploy.cpus_limit);
      limits->size("memory", deploy.memory_limit);
      limits->number("pids", deploy.pids_limit);
    }
    if (const auto reserved = resources->inside("reservations")) {
      reserved->text("cpus", deploy.cpus_reservation);
      reserved->size("memory", deploy.memory_reservation);
    }
  }
  if (const auto policy = from.inside("restart_policy")) {
    deploy.restart_policy.emplace();
    bind_condition(*policy, deploy.restart_policy->condition);
    policy->duration("delay", deploy.restart_policy->delay);
    policy->number("max_attempts", deploy.restart_policy->max_attempts);
    policy->duration("window", deploy.restart_policy->window);
  }
  if (const auto update = from.inside("update_config")) deploy.update_config = bind_update(*update);
  if (const auto back = from.inside("rollback_config")) deploy.rollback_config = bind_update(*back);
  return deploy;
}

project::StackLimits bind_stack_limits(const Reader& from) {
  project::StackLimits limits;
  from.text("cpus", limits.cpus);
  from.size("memory", limits.memory);
  from.number("pids", limits.pids);
  refuse_negative(from, "cpus", limits.cpus.starts_with('-'));
  refuse_negative(from, "memory", limits.memory.value_or(0) < 0);
  refuse_negative(from, "pids", limits.pids.value_or(0) < 0);
  return limits;
}

}  // namespace orchestrator::compose
