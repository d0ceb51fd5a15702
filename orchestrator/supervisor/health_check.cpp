#include "orchestrator/supervisor/health_check.hpp"

#include <utility>

#include "orchestrator/plan/health.hpp"
#include "orchestrator/storage/output.hpp"
#include "orchestrator/supervisor/probe.hpp"
#include "orchestrator/supervisor/script.hpp"
#include "orchestrator/supervisor/watchers.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using plan::HealthState;
using state::Health;

namespace {

constexpr std::size_t kKeptProbes = 5;

std::chrono::nanoseconds since_epoch(Clock::time_point time) { return time.time_since_epoch(); }
std::chrono::nanoseconds now() { return since_epoch(Clock::now()); }
Clock::time_point point(std::chrono::nanoseconds time) {
  return Clock::time_point(std::chrono::duration_cast<Clock::duration>(time));
}

Health word_for(HealthState state) {
  switch (state) {
    case HealthState::starting:
      return Health::starting;
    case HealthState::healthy:
      return Health::healthy;
    case HealthState::unhealthy:
      return Health::unhealthy;
  }
  return Health::none;
}
HealthState state_of(Health health) {
  switch (health) {
    case Health::healthy:
      return HealthState::healthy;
    case Health::unhealthy:
      return HealthState::unhealthy;
    case Health::none:
    case Health::starting:
      return HealthState::starting;
  }
  return HealthState::starting;
}

void change_health(Stack& stack, Member& member, Health health) {
  member.record.health = health;
  if (health == Health::healthy) {
    member.life->was_healthy = true;
    stack.tell("Container", member.record.name, "Healthy");
  } else if (health == Health::unhealthy) {
    const std::string said = storage::last_lines(member.record.probes.back().output);
    stack.tell("Container", member.record.name, "Unhealthy", said.substr(said.rfind('\n') + 1));
    member.life->is_unfit = is_unfit(member.definition->service, health);
  }
  stack.changed_state(member);
}

/// A successor goes on counting where we were.
void write_down(Stack& stack, Member& member, const plan::HealthMachine& machine, state::Probe result) {
  const bool failed = result.exit_code != 0;
  const bool recovered = std::exchange(member.record.failed_probes, machine.failures()) > machine.failures();
  member.record.probes.push_back(std::move(result));
  if (member.record.probes.size() > kKeptProbes) member.record.probes.erase(member.record.probes.begin());
  const Health health = word_for(machine.state());
  if (member.record.health != health)
    change_health(stack, member, health);
  else if (failed || recovered)
    state::save(stack.paths, member.record);
}

/// How a check's wait for the next probe ended.
enum class Woken { due, over, paused, spoke };

asio::awaitable<Woken> wait_for_probe(Stack& stack, const OneLife& one, Clock::time_point due) {
  Woken woken = Woken::due;
  const auto disturbed = [&] {
    const Member* member = one.find(stack.members);
    const bool over = member == nullptr || member->life->ended;
    woken = over                                           ? Woken::over
            : member->record.phase == state::Phase::paused ? Woken::paused
            : member->life->spoke                          ? Woken::spoke
                                                           : Woken::due;
    return woken != Woken::due;
  };
  co_await stack.changed.until(disturbed, due);
  co_return woken;
}

asio::awaitable<void> wait_while_paused(Stack& stack, const OneLife& one) {
  co_await stack.changed.until([&] {
    const Member* member = one.find(stack.members);
    return member == nullptr || member->life->ended || member->record.phase != state::Phase::paused;
  });
}

}  // namespace

bool is_unfit(const project::Service& service, Health health) {
  return health == Health::unhealthy && (service.on_unhealthy == "restart" || service.on_unhealthy == "stop");
}

asio::awaitable<void> check_health(Stack& stack, OneLife one) {
  Member* member = one.find(stack.members);
  if (member == nullptr || !plan::has_health_check(member->definition->service)) co_return;
  const plan::HealthTimes times = plan::health_times_of(member->definition->service);
  const auto& native = member->definition->service.probe;
  if (native && !native->log.empty()) look_for_line(stack, *member, native->log);
  plan::HealthMachine machine(times, since_epoch(member->life->started), state_of(member->record.health),
                              member->record.failed_probes, now());
  for (;;) {
    const Clock::time_point due = point(machine.next_probe());
    const Woken woken = co_await wait_for_probe(stack, one, due);
    switch (woken) {
      case Woken::over:
        co_return;
      case Woken::paused:
        co_await wait_while_paused(stack, one);
        machine.resumed(now());
        continue;
      case Woken::spoke:
        one.find(stack.members)->life->spoke = false;
        machine.spoke(now());
        continue;
      case Woken::due:
        break;
    }
    const auto began = now();
    member = one.find(stack.members);
    if (member == nullptr) co_return;
    const bool provisional =
        !native && machine.state() == plan::HealthState::starting && is_run_by_script(*member);
    auto result = co_await probe(stack, one, times.timeout);
    member = one.find(stack.members);
    if (member == nullptr) co_return;
    if (!result) continue;
    machine.probed(began, now(), result->exit_code == 0, provisional);
    write_down(stack, *member, machine, std::move(*result));
  }
}

}  // namespace orchestrator::supervisor
