#include "orchestrator/supervisor/convergence.hpp"

#include <algorithm>

#include "orchestrator/plan/reconcile.hpp"
#include "orchestrator/plan/restart.hpp"
#include "orchestrator/plan/rollout.hpp"
#include "orchestrator/plan/selection.hpp"
#include "orchestrator/project/difference.hpp"
#include "orchestrator/project/json.hpp"
#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/lease.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/missing.hpp"
#include "orchestrator/supervisor/rollout.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using plan::Action;
using state::Request;

namespace {

/// Another command has stopped or removed it since.
bool is_given_up(const Member& member) {
  return member.goal == Goal::removed || (member.goal == Goal::stopped && !member.record.wanted);
}

Outcome outcome_of(const Member& member, const Request& request) {
  if (!member.failure.empty()) return {1, member.failure};
  if (!request.wait) return {};
  const state::Instance& record = member.record;
  if (record.health == state::Health::unhealthy) return {1, "container " + record.name + " is unhealthy"};
  if (record.phase == state::Phase::paused)
    return {
        1, "container " + record.name + " is paused; mdcompose unpause " + record.service + " lets it go on"};
  if (record.history.crash_looping) return {1, member.crash_report};
  if (!member.is_alive() && !record.asleep && record.next_run_ns == 0 && record.exit &&
      !plan::is_success(member.definition->service, *record.exit))
    return {1, "container " + record.name + " exited (" + std::to_string(record.exit->code) + ")"};
  return {};
}

/// Where the end of what the plan removes was refused by a pre_stop hook.
Outcome refusal_of(const Members& members, const plan::Plan& plan) {
  for (const plan::Step& step : plan.steps) {
    if (step.action != Action::remove) continue;
    const Member* member = find(members, step.id);
    if (member != nullptr && !member->failure.empty()) return {1, member->failure};
  }
  return {};
}

const char* standing_of(const Member& member) {
  if (!member.is_alive()) return "Exited";
  return member.record.phase == state::Phase::paused ? "Paused" : "Running";
}

}  // namespace

Clock::time_point deadline_of(const Request& request) {
  if (!request.wait_timeout) return Clock::time_point::max();
  return after(*request.wait_timeout);
}

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
  for (const plan::Step& step : stage.together) carry_out(step, project, request);
  stack_.changed.notify();
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
  for (const plan::Step& step : stage.together) {
    Member* member = find(stack_.members, step.id);
    if (member == nullptr || member->goal != Goal::running || !is_left_behind(*member, stack_.members))
      continue;
    want_restarted(*member, state::EndCause::update);
    stack_.tell("Container", member->record.name, "Restarting");
  }
  stack_.changed.notify();
}

asio::awaitable<Outcome> Convergence::carry_out(std::vector<plan::Stage> stages,
                                                const project::Project& project, const Request& request,
                                                const Turns::Turn& turn, Clock::time_point deadline) {
  Outcome outcome;
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

/// Of what the plan removes; another command may want it again meanwhile.
bool Convergence::any_is_left(const plan::Plan& plan) const {
  return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const plan::Step& step) {
    if (step.subject != plan::Subject::container || step.action != Action::remove) return false;
    const Member* member = find(stack_.members, step.id);
    return member != nullptr && member->goal == Goal::removed;
  });
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
    outcome = co_await wait_until_created(plan, turn);
    co_return outcome;
  }
  // Who is gone already cannot hold the stack.
  if (request.lease && !session->is_open())
    for (Member* member : held_by(session->holds, stack_.members))
      want_stopped(*member, request.timeout, state::EndCause::hang_up);
  const Ids ids = members_of(plan);
  if (request.lease) spawn(stack_.loop, follow_lease(session, ids, request, plan::jobs_of(project)));
  if (outcome.status == 0) {
    co_await stack_.changed.until([&] { return turn.is_over() || !any_is_left(plan); });
    outcome = co_await wait_until_up(ids, request, turn, deadline, plan::jobs_of(project));
    if (outcome.status == 0) outcome = refusal_of(stack_.members, plan);
  }
  if (session->aborting) outcome = {};  // the end of the lease says how it ended
  if (outcome.status != 0 && !session->ending) session->holds = without(session->holds, before);
  co_return outcome;
}

asio::awaitable<Outcome> Convergence::wait_until_created(plan::Plan plan, const Turns::Turn& turn) {
  Ids ids;
  for (const plan::Step& step : plan.steps)
    if (step.action == Action::recreate) ids.insert(step.id);
  const auto is_old = [](const Member& member) { return member.replacement && member.failure.empty(); };
  co_await stack_.changed.until(
      [&] { return turn.is_over() || (!any_is_left(plan) && !any(stack_.members, ids, is_old)); });
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  for (const std::string& id : ids)
    if (const Member* member = find(stack_.members, id); member != nullptr && !member->failure.empty()) {
      Outcome failed{1, member->failure};
      co_return failed;
    }
  co_return refusal_of(stack_.members, plan);
}

asio::awaitable<Outcome> Convergence::wait_until_up(Ids ids, const Request& request, const Turns::Turn& turn,
                                                    Clock::time_point deadline, std::set<std::string> jobs) {
  const auto has_come = [&](const Member* member) {
    if (member == nullptr || is_given_up(*member)) return true;
    // Somebody waits for its end, and so does whoever waits for all.
    if (request.wait && jobs.contains(member->record.service) && member->is_alive()) return false;
    return has_settled(*member, request.wait);
  };
  const auto settled = [&] {
    return std::all_of(ids.begin(), ids.end(),
                       [&](const std::string& id) { return has_come(find(stack_.members, id)); });
  };
  const bool in_time = co_await stack_.changed.until([&] { return turn.is_over() || settled(); }, deadline);
  if (!in_time) {
    std::vector<const Member*> missing;
    for (const std::string& id : ids)
      if (const Member* member = find(stack_.members, id); !has_come(member)) missing.push_back(member);
    co_return too_late(missing);
  }
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  for (const std::string& id : ids) {
    const Member* member = find(stack_.members, id);
    if (member == nullptr || is_given_up(*member)) co_return Outcome{1, kInterrupted};
    if (const Outcome outcome = outcome_of(*member, request); outcome.status != 0) co_return outcome;
  }
  co_return Outcome{};
}

asio::awaitable<void> Convergence::follow_lease(std::shared_ptr<Session> session, Ids ids, Request request,
                                                std::set<std::string> jobs) {
  const auto aborts = [&](const Member& member) {
    // What is on its way has ended in an earlier run.
    // As in docker compose the first end counts of the one whose exit code is asked for.
    const bool is_asked_for = member.record.service == request.exit_code_from &&
                              member.record.phase == state::Phase::restarting &&
                              member.record.ended_by == state::EndCause::itself;
    if ((may_run_again(member) && !is_asked_for) || !member.record.exit) return false;
    const bool failed = !plan::is_success(member.definition->service, *member.record.exit);
    // Somebody waits for just that.
    if (!failed && jobs.contains(member.record.service)) return false;
    return request.abort_on == "exit" || (request.abort_on == "failure" && failed);
  };
  const auto ended_member = [&]() -> const Member* {
    for (const std::string& id : ids)
      if (const Member* member = find(stack_.members, id); member != nullptr && aborts(*member))
        return member;
    return nullptr;
  };
  // What it has brought along for the others does not keep it.
  const auto over = [&] {
    return !session->is_open() || std::none_of(ids.begin(), ids.end(), [&](const std::string& id) {
      const Member* member = find(stack_.members, id);
      return member != nullptr && session->holds.named.contains(member->record.service) &&
             may_run_again(*member);
    });
  };
  co_await stack_.changed.until([&] { return over() || ended_member() != nullptr; });
  int status = 0;
  std::string aborted_by;
  if (const Member* first = ended_member(); first != nullptr && session->is_open()) {
    status = first->record.exit->code;
    aborted_by = first->record.service;
    session->aborting = true;
    stack_.warn("aborting: container " + first->record.name + " exited (" + std::to_string(status) + ")");
  }
  if (session->is_open()) {
    std::vector<Member*> held = held_by(session->holds, stack_.members);
    // Who has ended by himself is not stopped: he may be a job that is done.
    std::erase_if(held, [](const Member* member) { return !may_run_again(*member); });
    const Ids ending = ids_of(held);
    for (Member* member : held) want_stopped(*member, request.timeout, state::EndCause::abort);
    stack_.changed.notify();
    co_await stack_.changed.until(
        [&] { return !session->is_open() || !any(stack_.members, ending, may_run_again); });
  }
  co_await stack_.changed.until([&] { return !session->is_open() || !has_step(stack_.members, ids); });
  // Of several of that service the one that has ended the others.
  if (aborted_by != request.exit_code_from)
    for (const auto& [id, member] : stack_.members)
      if (member->record.service == request.exit_code_from && member->record.exit)
        status = member->record.exit->code;
  session->send({.type = state::EventType::finished, .status = status});
  stack_.listeners.erase(session);
}

}  // namespace orchestrator::supervisor
