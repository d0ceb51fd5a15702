#include "orchestrator/plan/reconcile.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "orchestrator/plan/resources.hpp"
#include "orchestrator/plan/restart.hpp"

namespace orchestrator::plan {
namespace {

using project::Difference;
using project::Project;
using project::Service;
using state::Instance;
using state::Phase;

bool is_up(const Instance& instance) {
  if (instance.next_run_ns != 0) return true;  // it waits for its time
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

std::string why_start(const Instance& instance) {
  if (instance.phase == Phase::exited && instance.exit && !instance.exit->lost)
    return "exited (" + std::to_string(instance.exit->code) + ")";
  return instance.phase == Phase::exited ? "not running" : std::string(state::to_string(instance.phase));
}

std::vector<Difference> changes_of(const ObservedInstance& there, const Project& project,
                                   const Wanted& wanted) {
  std::vector<Difference> changes = project::differences(*there.definition, project, wanted.service);
  if (there.record.name != wanted.name)
    changes.insert(changes.begin(), {.key = "container_name",
                                     .before = "\"" + there.record.name + "\"",
                                     .after = "\"" + wanted.name + "\"",
                                     .source = project.services.at(wanted.service).source});
  return changes;
}

class Reconciling {
 public:
  Reconciling(const Project& project, const Observed& observed, const Choices& choices)
      : project_(project),
        observed_(observed),
        choices_(choices),
        chosen_(chosen_services(project, choices)),
        jobs_(jobs_of(project)) {}

  Plan run() {
    for (const std::string& name : in_order_of_start(project_))
      if (chosen_.contains(name))
        add_service(project_.services.at(name));
      else
        add_followers(name);
    for (const ObservedInstance& there : observed_.instances)
      if (!project_.services.contains(there.record.service)) add_if_it_follows(there);
    for (const ObservedInstance& there : observed_.instances) add_if_gone(there.record);
    Plan plan{.steps = change_of_stack(), .orphans = std::move(orphans_)};
    const std::vector<Step> resources = resources_for(project_, observed_, steps_);
    plan.steps.insert(plan.steps.end(), resources.begin(), resources.end());
    plan.steps.insert(plan.steps.end(), steps_.begin(), steps_.end());
    plan.steps.insert(plan.steps.end(), removals_.begin(), removals_.end());
    return plan;
  }

 private:
  /// What holds for all together changes also where no container does.
  [[nodiscard]] std::vector<Step> change_of_stack() const {
    if (observed_.instances.empty()) return {};
    std::vector<Difference> changes = project::differences(observed_.limits, project_.limits);
    if (changes.empty()) return {};
    return {{.action = Action::change,
             .subject = Subject::stack,
             .name = project_.name,
             .changes = std::move(changes)}};
  }

  void add_service(const Service& service) {
    std::vector<std::string> kept;
    const std::vector<Wanted> all = wanted_of(project_, service, choices_);
    const std::vector<Difference> change = change_of_scale(service, all.size());
    for (const Wanted& wanted : all) {
      const ObservedInstance* there = find(wanted);
      steps_.push_back(there == nullptr ? create(wanted) : step_for(service, wanted, *there));
      if (there == nullptr) steps_.back().changes = change;
      if (steps_.back().action == Action::recreate) {
        fresh_.insert(service.name);
        recreated_.insert(service.name);
      }
      if (there != nullptr) kept.push_back(there->record.id);
    }
    for (const ObservedInstance& there : observed_.instances)
      if (there.record.service == service.name &&
          std::find(kept.begin(), kept.end(), there.record.id) == kept.end()) {
        remove(there.record, "scaled down");
        removals_.back().changes = change;
      }
  }

  /// Why there are more or fewer of a service than before; of one that is new nothing has changed.
  [[nodiscard]] std::vector<Difference> change_of_scale(const Service& service, std::size_t wanted) const {
    const auto there = static_cast<std::size_t>(
        std::count_if(observed_.instances.begin(), observed_.instances.end(),
                      [&](const auto& one) { return one.record.service == service.name; }));
    if (there == 0 || there == wanted) return {};
    Difference change{.key = "scale",
                      .before = std::to_string(there),
                      .after = std::to_string(wanted),
                      .source = service.source};
    if (!service.scale && service.deploy && service.deploy->replicas) change.key = "deploy.replicas";
    if (choices_.scale.contains(service.name)) {
      change.key = "--scale";
      change.source = {};
    }
    return {std::move(change)};
  }

  [[nodiscard]] const ObservedInstance* find(const Wanted& wanted) const {
    const auto found =
        std::find_if(observed_.instances.begin(), observed_.instances.end(), [&](const auto& one) {
          return one.record.service == wanted.service && one.record.number == wanted.number;
        });
    return found == observed_.instances.end() ? nullptr : &*found;
  }

  static Step create(const Wanted& wanted) {
    return {.action = Action::create,
            .name = wanted.name,
            .id = wanted.service + "-" + std::to_string(wanted.number),
            .service = wanted.service,
            .number = wanted.number};
  }

  Step step_for(const Service& service, const Wanted& wanted, const ObservedInstance& there) {
    Step step = create(wanted);
    step.id = there.record.id;
    step.action = Action::recreate;
    if (!choices_.no_recreate) {
      if (!there.definition) {
        step.cause = "what it was made from is not known any more";
        return step;
      }
      step.changes = changes_of(there, project_, wanted);
      if (!step.changes.empty()) return step;
      step.cause = why_recreate_unchanged(service);
      if (!step.cause.empty()) return step;
    }
    step.action = Action::keep;
    if (choices_.start) add_start(service, there.record, step);
    return step;
  }

  [[nodiscard]] std::string why_recreate_unchanged(const Service& service) const {
    const bool named = choices_.services.empty() || choices_.services.contains(service.name);
    if (named && choices_.force_recreate) return "--force-recreate";
    if (named && choices_.renew_volumes) return "--renew-anon-volumes";
    if (!named && choices_.always_recreate_deps) return "--always-recreate-deps";
    return "";
  }

  void add_start(const Service& service, const Instance& instance, Step& step) {
    if (!is_up(instance)) {
      // A job that is done is not run again until something changes.
      if (jobs_.contains(service.name) && is_done(service, instance)) return;
      step.action = Action::start;
      step.cause = why_start(instance);
      return;
    }
    const std::string cause = what_it_follows(service, instance);
    if (cause.empty()) return;
    step.action = Action::restart;
    step.cause = cause;
    fresh_.insert(service.name);
  }

  /// `restart: true` and `volumes_from`; empty where nothing of that is new.
  [[nodiscard]] std::string what_it_follows(const Service& service, const Instance& instance) const {
    for (const std::string& lender : recreated_)
      if (borrows_volumes_of(service, lender)) return lender + ", whose volumes it uses, is new";
    for (const project::Dependency& dependency : service.depends_on)
      if (dependency.restart &&
          (fresh_.contains(dependency.service) || is_left_behind(instance, dependency.service)))
        return dependency.service + ", which it depends on, is new";
    return "";
  }

  /// An update that was interrupted was to start it again beside another incarnation.
  [[nodiscard]] bool is_left_behind(const Instance& instance, const std::string& dependency) const {
    if (!instance.starts_again) return false;
    return std::any_of(observed_.instances.begin(), observed_.instances.end(), [&](const auto& one) {
      if (one.record.service != dependency) return false;
      const auto bound = instance.bound_to.find(one.record.id);
      return bound == instance.bound_to.end() || bound->second != one.record.generation || !is_up(one.record);
    });
  }

  void add_followers(const std::string& service) {
    for (const ObservedInstance& there : observed_.instances)
      if (there.record.service == service) add_if_it_follows(there);
  }

  /// Of a service that is not chosen: it loses a namespace with its owner, and starts again with the next
  /// one; or its stack file says that it starts again after what it depends on.
  void add_if_it_follows(const ObservedInstance& there) {
    const Instance& record = there.record;
    const Service* service = service_of(there);
    if (!choices_.start || service == nullptr || !is_up(record)) return;
    for (const auto& [word, owners] :
         {std::pair{&service->network_mode, &recreated_}, std::pair{&service->ipc, &fresh_},
          std::pair{&service->pid, &fresh_}}) {
      constexpr std::string_view kService = "service:";
      if (!word->starts_with(kService) || !owners->contains(word->substr(kService.size()))) continue;
      steps_.push_back(follow(record, word->substr(kService.size()) + ", whose namespace it shares, is new"));
      steps_.back().is_consequence = true;
      return;
    }
    if (choices_.no_deps || !is_of_the_stack(record)) return;
    const std::string cause = what_it_follows(*service, record);
    if (cause.empty()) return;
    steps_.push_back(follow(record, cause));
    fresh_.insert(record.service);
  }

  /// Not a container of `run`, and not one whose service has gone.
  [[nodiscard]] bool is_of_the_stack(const Instance& instance) const {
    return project_.services.contains(instance.service) || project_.disabled.contains(instance.service);
  }

  static Step follow(const Instance& instance, const std::string& cause) {
    return {.action = Action::restart,
            .name = instance.name,
            .id = instance.id,
            .service = instance.service,
            .number = instance.number,
            .cause = cause,
            .is_chosen = false};
  }

  void add_if_gone(const Instance& instance) {
    if (!instance.one_off_of.empty()) return;
    if (is_of_the_stack(instance)) return;
    if (choices_.remove_orphans)
      remove(instance, "service \"" + instance.service + "\" is not in the stack file");
    else if (!choices_.ignore_orphans)
      orphans_.push_back(instance.name);
  }

  void remove(const Instance& instance, const std::string& cause) {
    removals_.push_back({.action = Action::remove,
                         .name = instance.name,
                         .id = instance.id,
                         .service = instance.service,
                         .number = instance.number,
                         .cause = cause});
  }

  const Project& project_;
  const Observed& observed_;
  const Choices& choices_;
  std::set<std::string> chosen_;
  std::set<std::string> jobs_;
  std::set<std::string> recreated_{};
  std::set<std::string> fresh_{};  ///< services whose dependants with `restart: true` start again
  std::vector<Step> steps_{};
  std::vector<Step> removals_{};
  std::vector<std::string> orphans_{};
};

}  // namespace

Plan reconcile(const Project& project, const Observed& observed, const Choices& choices) {
  return Reconciling(project, observed, choices).run();
}

}  // namespace orchestrator::plan
