#include "orchestrator/compose/bind_deploy.hpp"

#include <string>

namespace orchestrator::compose {
namespace {

project::UpdateConfig bind_update(const Reader& from) {
  project::UpdateConfig update;
  from.number("parallelism", update.parallelism);
  from.duration("delay", update.delay);
  from.text("failure_action", update.failure_action);
  const std::string& action = update.failure_action;
  if (!action.empty() && action != "pause" && action != "continue" && action != "rollback")
    from.error(from.find("failure_action")->place,
               "failure_action is pause, continue or rollback, not " + quoted(action));
  from.duration("monitor", update.monitor);
  from.real("max_failure_ratio", update.max_failure_ratio);
  from.text("order", update.order);
  return update;
}

}  // namespace

project::Deploy bind_deploy(const Reader& from) {
  project::Deploy deploy;
  from.number("replicas", deploy.replicas);
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
    policy->text("condition", deploy.restart_policy->condition);
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
  return limits;
}

}  // namespace orchestrator::compose
