#include "orchestrator/supervisor/arrival.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/dependencies.hpp"
#include "orchestrator/supervisor/missing.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using plan::Action;
using state::Request;

namespace {

/// After which Docker Compose looks for the first time.
constexpr auto kSteady = std::chrono::milliseconds(500);

/// When all have run for so long that they do not just fail to start. A health check says so itself.
Clock::time_point steady_at(const Members& members, const Ids& ids) {
  Clock::time_point at{};
  for (const std::string& id : ids)
    if (const Member* member = find(members, id);
        member != nullptr && member->is_alive() && member->record.health == state::Health::none)
      at = std::max(at, member->life->started + kSteady);
  return at;
}

/// Another command has stopped or removed it since.
bool is_given_up(const Member& member) {
  return member.goal == Goal::removed || (member.goal == Goal::stopped && !member.record.wanted);
}

Outcome outcome_of(const Member& member, const Members& members, const Request& request) {
  if (!member.failure.empty()) return {1, member.failure};
  if (!request.wait) return {};
  const state::Instance& record = member.record;
  if (record.health == state::Health::unhealthy) return {1, "container " + record.name + " is unhealthy"};
  if (record.phase == state::Phase::paused) return {1, state::paused_text(record)};
  if (member.is_hopeless()) return {1, member.crash_report};
  if (!member.is_alive() && !record.asleep && record.next_run_ns == 0 && record.exit &&
      !plan::is_success(member.definition->service, *record.exit) && !may_end_anyhow(member, members))
    return {1, "container " + record.name + " exited (" + std::to_string(record.exit->code) + ")"};
  return {};
}

/// Containers with which the plan does this.
Ids ids_to(Action action, const plan::Plan& plan) {
  Ids ids;
  for (const plan::Step& step : plan.steps)
    if (step.subject == plan::Subject::container && step.action == action) ids.insert(step.id);
  return ids;
}

/// Of what is to go; another command may want it again meanwhile.
bool is_to_go(const Member& member) { return member.goal == Goal::removed; }

}  // namespace

Clock::time_point deadline_of(const Request& request) {
  if (!request.wait_timeout) return Clock::time_point::max();
  return after(*request.wait_timeout);
}

Outcome failure_of(const Members& members, const Ids& ids) {
  for (const std::string& id : ids)
    if (const Member* member = find(members, id); member != nullptr && !member->failure.empty())
      return {1, member->failure};
  return {};
}

asio::awaitable<Outcome> wait_until_gone(Stack& stack, plan::Plan plan, const Turns::Turn& turn) {
  const Ids going = ids_to(Action::remove, plan);
  co_await stack.changed.until([&] { return turn.is_over() || !any(stack.members, going, is_to_go); });
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  // A pre_stop hook may have refused it.
  co_return failure_of(stack.members, going);
}

asio::awaitable<Outcome> wait_until_created(Stack& stack, plan::Plan plan, const Turns::Turn& turn) {
  const Ids made_anew = ids_to(Action::recreate, plan);
  const auto is_old = [](const Member& member) { return member.replacement && member.failure.empty(); };
  const Outcome gone = co_await wait_until_gone(stack, std::move(plan), turn);
  co_await stack.changed.until([&] { return turn.is_over() || !any(stack.members, made_anew, is_old); });
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  const Outcome made = failure_of(stack.members, made_anew);
  if (made.status != 0) co_return made;
  co_return gone;
}

asio::awaitable<Outcome> wait_until_up(Stack& stack, Ids ids, const Request& request, const Turns::Turn& turn,
                                       Clock::time_point deadline, std::set<std::string> jobs) {
  const auto has_come = [&](const Member* member) {
    if (member == nullptr || is_given_up(*member)) return true;
    // Somebody waits for its end, and so does whoever waits for all.
    if (request.wait && jobs.contains(member->record.service) && member->is_alive()) return false;
    return has_settled(*member, request.wait);
  };
  const auto settled = [&] {
    return std::all_of(ids.begin(), ids.end(),
                       [&](const std::string& id) { return has_come(find(stack.members, id)); });
  };
  bool in_time = false;
  for (bool is_steady = false; !is_steady;) {
    in_time = co_await stack.changed.until([&] { return turn.is_over() || settled(); }, deadline);
    const Clock::time_point steady = std::min(steady_at(stack.members, ids), deadline);
    is_steady = !request.wait || !in_time || turn.is_over() || Clock::now() >= steady;
    if (!is_steady) co_await stack.changed.until([&] { return turn.is_over() || !settled(); }, steady);
  }
  if (!in_time) {
    std::vector<const Member*> missing;
    for (const std::string& id : ids)
      if (const Member* member = find(stack.members, id); !has_come(member)) missing.push_back(member);
    co_return too_late(missing);
  }
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  for (const std::string& id : ids) {
    const Member* member = find(stack.members, id);
    if (member == nullptr || is_given_up(*member)) co_return Outcome{1, kInterrupted};
    const Outcome outcome = outcome_of(*member, stack.members, request);
    if (outcome.status != 0) co_return outcome;
  }
  co_return Outcome{};
}

}  // namespace orchestrator::supervisor
