#include "orchestrator/supervisor/convergence.hpp"

#include <algorithm>

#include "orchestrator/plan/reconcile.hpp"
#include "orchestrator/plan/rollout.hpp"
#include "orchestrator/plan/selection.hpp"
#include "orchestrator/project/difference.hpp"
#include "orchestrator/project/json.hpp"
#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/arrival.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/follow_lease.hpp"
#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/lease.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/missing.hpp"
#include "orchestrator/supervisor/rollout.hpp"
#include "orchestrator/supervisor/schedule.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/unfinished.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using plan::Action;
using state::Request;

namespace {

const char* standing_of(const Member& member) {
  if (waits_for_its_time(member)) return "Scheduled";
  if (!member.is_alive()) return "Exited";
  return member.record.phase == state::Phase::paused ? "Paused" : "Running";
}

}  // namespace

plan::Observed observed_in(const Stack& stack) {
  plan::Observed observed{.limits = stack.limits};
  for (const auto& [id, member] : stack.members)
    observed.instances.push_back(
        {.record = member->record, .definition = {member->definition, &member->definition->project}});
  for (const std::string& name : storage::volumes_of(stack.paths.volumes, stack.paths.project))
    observed.volumes.insert(name);
  return observed;
}

void Convergence::create(const plan::Step& step, const project::Project& project) {
  auto fresh = std::make_unique<Member>();
  fresh->definition = std::make_shared<Definition>(definition_of(project, step.service, step.number));
  fresh->record = fresh_record(project.name, *fresh->definition, step.number);
  stack_.tell("Container", fresh->record.name, "Creating");
  admit(stack_, launcher_, std::move(fresh));
}

/// What does not make another container (dependencies, the number of replicas) holds from now on all the
/// same.
void Convergence::refresh_definition(Member& member, const project::Project& project) {
  Definition now = definition_of(project, member.record.service, member.record.number);
  if (now.project == member.definition->project) return;
  member.definition = std::make_shared<Definition>(std::move(now));
  save_definition(stack_.paths, member);
}

void Convergence::carry_out(const plan::Step& step, const project::Project& project, const Request& request) {
  if (step.subject != plan::Subject::container) return;  // made when the first container needs it
  if (step.is_consequence) return;                       // of another step, which brings it about
  if (step.action == Action::create) create(step, project);
  Member* there = find(stack_.members, step.id);
  if (there == nullptr) return;  // another command has removed it while an earlier stage took its time
  Member& member = *there;
  // Who shares a namespace of what was replaced has moved already.
  const bool moves = step.action == Action::restart && is_left_behind(member, stack_.members);
  if (!step.is_chosen) {
    if (moves) want_taken_along(member, request);
    return;
  }
  switch (step.action) {
    case Action::create:
      break;
    case Action::recreate:
      // Nobody starts what is only to be created.
      if (request.verb == "create") {
        want_stopped(member, request.timeout, state::EndCause::update);
        member.failure.clear();
      }
      want_replaced(member, std::make_shared<Definition>(definition_of(project, step.service, step.number)));
      member.renew_volumes = request.renew_anon_volumes;
      break;
    case Action::restart:
      if (moves) want_restarted(member, state::EndCause::update);
      break;
    case Action::keep:
      stack_.tell("Container", member.record.name, standing_of(member));
      break;
    case Action::start:
    case Action::change:
      break;
    case Action::stop:
      return want_stopped(member, request.timeout);
    case Action::remove:
      want_removed(member, request.timeout, state::EndCause::update);
      member.may_refuse = true;
      return;
  }
  if (step.action != Action::create && step.action != Action::recreate && !request.no_recreate)
    refresh_definition(member, project);
  const bool done = step.action == Action::keep && !may_run_again(member);
  if (request.verb == "up" && !done) want_running(member, request);
  if (request.verb == "up") member.record.wanted = true;  // also of a job that was done when all were stopped
  member.may_refuse = true;
}

void Convergence::carry_out(const plan::Stage& stage, const project::Project& project,
                            const Request& request) {
  std::vector<Member*> started;
  for (const plan::Step& step : stage.together) {
    carry_out(step, project, request);
    Member* member = find(stack_.members, step.id);
    if (step.is_chosen && member != nullptr && member->goal == Goal::running) started.push_back(member);
  }
  for (Member* member : given_up_on(started, stack_.members)) want_to_try_again(*member);
  stack_.changed.notify();
}

void Convergence::intend_restarts(const std::vector<plan::Stage>& stages) {
  const auto intend = [&](const plan::Step& step) {
    Member* member = find(stack_.members, step.id);
    const bool is_meant = step.action == Action::restart || step.action == Action::recreate;
    if (member == nullptr || !is_meant || !member->is_alive() || member->record.starts_again) return;
    member->record.starts_again = true;
    stack_.save(*member);
  };
  for (const plan::Stage& stage : stages) {
    std::for_each(stage.together.begin(), stage.together.end(), intend);
    std::for_each(stage.replaced.begin(), stage.replaced.end(), intend);
  }
}

/// A service of which containers run is rolled out as `deploy.update_config` says.
std::vector<plan::Stage> Convergence::stages_of(const plan::Plan& plan, const project::Project& project,
                                                const Request& request) const {
  std::set<std::string> rolled_out;
  for (const plan::Step& step : plan.steps) {
    if (step.action != Action::recreate || request.verb != "up") continue;
    const Member* member = find(stack_.members, step.id);
    if (member != nullptr && member->is_alive() && plan::update_policy_of(project.services.at(step.service)))
      rolled_out.insert(step.service);
  }
  return plan::stages_of(plan, project, rolled_out);
}

void Convergence::restart_left_behind(const plan::Stage& stage) {
  const auto restart = [&](const plan::Step& step) {
    Member* member = find(stack_.members, step.id);
    if (member == nullptr || member->goal != Goal::running || !is_left_behind(*member, stack_.members))
      return;
    want_restarted(*member, state::EndCause::update);
    stack_.tell("Container", member->record.name, "Restarting");
  };
  std::for_each(stage.together.begin(), stage.together.end(), restart);
  std::for_each(stage.replaced.begin(), stage.replaced.end(), restart);
  stack_.changed.notify();
}

asio::awaitable<Outcome> Convergence::carry_out(std::vector<plan::Stage> stages,
                                                const project::Project& project, const Request& request,
                                                const Turns::Turn& turn, Clock::time_point deadline) {
  Outcome outcome;
  if (request.verb == "up") intend_restarts(stages);
  for (const plan::Stage& stage : stages) {
    if (outcome.status != 0) {
      restart_left_behind(stage);
      continue;
    }
    carry_out(stage, project, request);
    if (stage.rolled_out.empty()) continue;
    Rollout rollout(stack_, launcher_, network_, request, turn, deadline);
    outcome = co_await rollout.update(project, stage.rolled_out, stage.replaced);
  }
  finish_restarts(stack_);
  co_return outcome;
}

asio::awaitable<Outcome> Convergence::finish_take_overs(const project::Project& project,
                                                        const Request& request, const Turns::Turn& turn,
                                                        Clock::time_point deadline) {
  const std::set<std::string> chosen = plan::chosen_services(project, plan::choices_of(request));
  Ids taking_over;
  for (const auto& [id, member] : stack_.members) {
    const state::Instance& record = member->record;
    if (record.replaces.empty() || !chosen.contains(record.service)) continue;
    const bool is_wanted = member->goal == Goal::running && !request.force_recreate &&
                           project::differences(member->definition->project, project, record.service).empty();
    if (is_wanted || member->takes_over)
      stack_.tell("Container", record.name, "Waiting", "to finish an update that was interrupted");
    else
      want_removed(*member, request.timeout, state::EndCause::update);
    taking_over.insert(id);
  }
  stack_.changed.notify();
  const auto is_taking_over = [](const Member& member) { return !member.record.replaces.empty(); };
  const bool in_time = co_await stack_.changed.until(
      [&] { return turn.is_over() || !any(stack_.members, taking_over, is_taking_over); }, deadline);
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  if (in_time) co_return Outcome{};
  std::vector<const Member*> missing;
  for (const std::string& id : taking_over)
    if (const Member* member = find(stack_.members, id); member != nullptr && is_taking_over(*member))
      missing.push_back(member);
  co_return too_late(missing);
}

/// Everything of the plan's services that is to stay.
Ids Convergence::members_of(const plan::Plan& plan) const {
  Ids ids;
  for (const plan::Step& step : plan.steps) {
    if (step.subject != plan::Subject::container || step.action == Action::remove) continue;
    for (const auto& [id, member] : stack_.members)
      if (member->record.service == step.service && member->goal != Goal::removed) ids.insert(id);
  }
  return ids;
}

plan::Plan Convergence::plan_for(const project::Project& project, const Request& request) {
  plan::Plan plan = plan::reconcile(project, observed_in(stack_), plan::choices_of(request));
  network_.expect(project);
  change_limits(stack_, project.limits, project.strict_limits);
  stack_.warn_of_orphans(plan.orphans);
  return plan;
}

void Convergence::converge(const project::Project& project, const Request& request) {
  const plan::Plan plan = plan_for(project, request);
  for (const plan::Stage& stage : stages_of(plan, project, request)) carry_out(stage, project, request);
}

asio::awaitable<Outcome> Convergence::up(std::shared_ptr<Session> session, const Request& request,
                                         const Turns::Turn& turn) {
  const Clock::time_point deadline = deadline_of(request);
  const project::Project project = project::from_json(request.project);
  const Outcome finished = co_await finish_take_overs(project, request, turn, deadline);
  if (finished.status != 0) co_return finished;
  runtime::sys::replace_file(stack_.paths.project_file(), request.project);
  const std::set<std::string> before = running_services(stack_.members);
  const plan::Plan plan = plan_for(project, request);
  session->lease = request.lease;
  session->holds = lease_of(request.services, project, plan, before);
  Outcome outcome = co_await carry_out(stages_of(plan, project, request), project, request, turn, deadline);
  if (request.verb == "create") {
    outcome = co_await wait_until_created(stack_, plan, turn);
    co_return outcome;
  }
  // Who is gone already cannot hold the stack.
  if (request.lease && !session->is_open())
    for (Member* member : held_by(session->holds, stack_.members))
      want_stopped(*member, request.timeout, state::EndCause::hang_up);
  const Ids ids = members_of(plan);
  if (request.lease) spawn(stack_.loop, follow_lease(stack_, session, ids, request, plan::jobs_of(project)));
  if (outcome.status == 0) {
    const Outcome gone = co_await wait_until_gone(stack_, plan, turn);
    outcome = co_await wait_until_up(stack_, ids, request, turn, deadline, plan::jobs_of(project));
    if (outcome.status == 0) outcome = gone;
  }
  if (session->aborting) outcome = {};  // the end of the lease says how it ended
  if (outcome.status != 0 && !session->ending) session->holds = without(session->holds, before);
  co_return outcome;
}

}  // namespace orchestrator::supervisor
