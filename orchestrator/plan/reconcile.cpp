#include "orchestrator/plan/reconcile.hpp"

#include <algorithm>

namespace orchestrator::plan {
namespace {

using state::Instance;
using state::Phase;

bool is_up(const Instance& instance) {
  switch (instance.phase) {
    case Phase::running:
    case Phase::paused:
    case Phase::restarting:
      return true;
    case Phase::creating:
    case Phase::created:
    case Phase::stopping:
    case Phase::exited:
    case Phase::dead:
      return false;
  }
  return false;
}

std::string why_recreate(const Instance& there, const Wanted& wanted, const Choices& choices) {
  if (choices.no_recreate) return "";
  if (choices.force_recreate.contains(wanted.service)) return "asked for";
  if (there.name != wanted.name) return "name changed";
  if (there.config_hash != wanted.hash) return "definition changed";
  return "";
}

Step step_for(const Wanted& wanted, const Instance* there, const Choices& choices) {
  Step step{.id = wanted.service + "-" + std::to_string(wanted.number),
            .service = wanted.service,
            .number = wanted.number};
  if (there == nullptr) {
    step.action = Action::create;
    step.cause = "not there";
    return step;
  }
  step.cause = why_recreate(*there, wanted, choices);
  if (!step.cause.empty()) {
    step.action = Action::recreate;
  } else if (!is_up(*there)) {
    step.action = Action::start;
    step.cause = "not running";
  }
  return step;
}

const Instance* find(const std::vector<Instance>& observed, const Wanted& wanted) {
  const auto found = std::find_if(observed.begin(), observed.end(), [&](const Instance& instance) {
    return instance.service == wanted.service && instance.number == wanted.number;
  });
  return found == observed.end() ? nullptr : &*found;
}

bool is_wanted(const std::vector<Wanted>& wanted, const Instance& instance) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
    return one.service == instance.service && one.number == instance.number;
  });
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::recreate:
      return "recreate";
    case Action::start:
      return "start";
    case Action::keep:
      return "keep";
    case Action::remove:
      return "remove";
  }
  return "";
}

}  // namespace

Plan reconcile(const std::vector<Wanted>& wanted, const std::set<std::string>& services_of_project,
               const std::vector<Instance>& observed, const Choices& choices) {
  const auto selected = [&](const std::string& service) {
    return choices.selected.empty() || choices.selected.contains(service);
  };
  Plan plan;
  for (const Instance& instance : observed) {
    const bool orphan = !services_of_project.contains(instance.service);
    const Step removal{.action = Action::remove,
                       .id = instance.id,
                       .service = instance.service,
                       .number = instance.number,
                       .cause = orphan ? "not in the project" : "scaled down"};
    if (orphan && !choices.remove_orphans) {
      plan.orphans.push_back(instance.name);
    } else if (orphan || (selected(instance.service) && !is_wanted(wanted, instance))) {
      plan.steps.push_back(removal);
    }
  }
  for (const Wanted& one : wanted)
    if (selected(one.service)) plan.steps.push_back(step_for(one, find(observed, one), choices));
  return plan;
}

std::string to_text(const Plan& plan) {
  std::string text;
  for (const Step& step : plan.steps) {
    text += std::string(to_string(step.action)) + " " + step.id;
    if (!step.cause.empty()) text += ": " + step.cause;
    text += "\n";
  }
  return text;
}

}  // namespace orchestrator::plan
