#include "orchestrator/supervisor/life.hpp"

#include <csignal>
#include <random>

#include "orchestrator/supervisor/run_inside.hpp"
#include "orchestrator/supervisor/watchers.hpp"
#include "runtime/container/container.hpp"
#include "runtime/spec/signal.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using state::Phase;

namespace {

constexpr auto kGrace = 10s;

double jitter() {
  static std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.5, 1.0)(random);
}

std::chrono::nanoseconds grace_of(const Member& member) {
  if (member.grace) return *member.grace;
  return member.definition->service.stop_grace_period.value_or(kGrace);
}

int stop_signal_of(const Member& member) {
  const std::string& name = member.definition->service.stop_signal;
  return name.empty() ? SIGTERM : runtime::signal_number(name);
}

void thaw(Stack& stack, Member& member) {
  if (member.record.phase != Phase::paused) return;
  member.life->cgroup.thaw();
  stack.changed_state(member);
}

asio::awaitable<void> stop(Stack& stack, Member& member) {
  Incarnation& life = *member.life;
  co_await stack.changed.until([&] {
    return life.ended || member.kill_now || !member.must_end() ||
           !has_ending_dependants(member, stack.members);
  });
  if (life.ended || !member.must_end()) co_return;
  stack.tell("Container", member.record.name, "Stopping");
  thaw(stack, member);
  member.record.phase = Phase::stopping;
  stack.changed_state(member);
  if (!member.kill_now) {
    runtime::sys::pidfd_send_signal(life.pidfd.get(), stop_signal_of(member));
    // A container that was stopped by SIGSTOP would sleep through its grace period.
    runtime::sys::pidfd_send_signal(life.pidfd.get(), SIGCONT);
    co_await stack.changed.until([&] { return life.ended || member.kill_now; },
                                 Clock::now() + grace_of(member));
  }
  if (life.ended) co_return;
  // PID 1 takes its namespace with it, but a service may share the host's or another's.
  life.cgroup.kill();
  runtime::sys::pidfd_send_signal(life.pidfd.get(), SIGKILL);
  const bool gone = co_await stack.changed.until([&] { return life.ended; }, Clock::now() + kUnkillable);
  if (gone) co_return;
  stack.warn("container " + member.record.name + " does not die (pid " + std::to_string(member.record.pid) +
             " is in an uninterruptible system call); still waiting");
  co_await stack.changed.until([&] { return life.ended; });
}

void schedule_restart(Member& member) {
  member.restart_at = Clock::now() + plan::restart_delay(member.history, jitter());
  member.record.phase = Phase::restarting;
  ++member.record.restarts;
}

/// `on_unhealthy:` is a policy of its own: it holds whatever `restart:` says.
void decide_on_unhealthy(Member& member, std::chrono::nanoseconds lived) {
  member.history = plan::after_end(member.history, lived, false);
  if (member.definition->service.on_unhealthy == "restart") return schedule_restart(member);
  member.goal = Goal::stopped;
  member.failure = "container " + member.record.name + " was stopped because it was unhealthy";
  member.record.error = member.failure;
}

void decide_restart(Member& member, bool was_wanted, std::chrono::nanoseconds lived, bool was_healthy) {
  member.restart_at.reset();
  if (!was_wanted) return;
  member.history = plan::after_end(member.history, lived, was_healthy);
  const plan::RestartPolicy policy = plan::restart_policy_of(member.definition->service);
  if (plan::wants_restart(policy, member.record.exit->code, member.history)) {
    schedule_restart(member);
  } else {
    member.goal = Goal::stopped;
  }
}

/// The process has ended: writes down how, cleans up behind it, decides what comes next.
asio::awaitable<void> settle(Stack& stack, Launcher& launcher, Member& member) {
  // Whom we have told to end has not ended by itself, even if somebody wants it again by now.
  const bool was_unfit = member.life->is_unfit && member.goal == Goal::running && !member.replacement;
  const bool was_wanted = !member.must_end() && member.record.phase != Phase::stopping;
  const auto lived = Clock::now() - member.life->started;
  const bool was_healthy = member.life->was_healthy;
  member.record.exit = co_await launcher.clean_up(member);
  member.record.finished_ns = wall_clock_ns();
  member.record.phase = Phase::exited;
  member.record.health = state::Health::none;
  if (was_unfit && !member.restart_requested)
    decide_on_unhealthy(member, lived);
  else
    decide_restart(member, was_wanted, lived, was_healthy);
  member.restart_requested = false;
  member.kill_now = false;
  stack.changed_state(member);
  launcher.forget_process(member);
  if (was_wanted)
    stack.tell("Container", member.record.name, "Exited", std::to_string(member.record.exit->code));
  else
    stack.tell("Container", member.record.name, "Stopped");
}

asio::awaitable<void> watch(Stack& stack, Launcher& launcher, Member& member) {
  Incarnation& life = *member.life;
  while (!life.ended) {
    co_await stack.changed.until([&] { return life.ended || member.must_end(); });
    if (!life.ended) co_await stop(stack, member);
  }
  co_await settle(stack, launcher, member);
}

void fail(Stack& stack, Member& member, const std::string& why) {
  member.failure = why;
  member.goal = Goal::stopped;
  member.restart_at.reset();
  member.record.error = why;
  if (member.record.phase == Phase::creating || member.record.phase == Phase::restarting)
    member.record.phase = member.record.exit ? Phase::exited : Phase::created;
  stack.changed_state(member);
  stack.tell("Container", member.record.name, "Error", why);
}

/// False where something else is wanted by now, or it has failed.
asio::awaitable<bool> wait_for_dependencies(Stack& stack, Member& member) {
  Readiness readiness;
  const auto settled = [&] {
    readiness = dependencies_of(member, stack.members);
    return member.goal != Goal::running || member.replacement || readiness.state != Readiness::State::waiting;
  };
  if (!settled()) stack.tell("Container", member.record.name, "Waiting");
  co_await stack.changed.until(settled);
  if (member.goal != Goal::running || member.replacement) co_return false;
  if (readiness.state == Readiness::State::failed) fail(stack, member, readiness.why);
  co_return readiness.state == Readiness::State::ready;
}

asio::awaitable<void> start(Stack& stack, Launcher& launcher, Member& member) {
  if (!co_await wait_for_dependencies(stack, member)) co_return;
  member.restart_requested = false;
  stack.tell("Container", member.record.name, "Starting");
  std::string failure;
  int code = 0;
  try {
    co_await launcher.start(member);
  } catch (const runtime::StartError& error) {
    failure =
        error.what() + (error.error() == 0 ? "" : ": " + std::generic_category().message(error.error()));
    code = error.exit_code();
  } catch (const std::exception& error) {
    failure = error.what();
    code = 125;
  }
  if (!failure.empty()) {
    co_await launcher.undo(member);
    member.record.exit = state::Exit{.code = code};
    member.record.finished_ns = wall_clock_ns();
    fail(stack, member, "container " + member.record.name + ": " + failure);
    launcher.forget_process(member);
    co_return;
  }
  stack.tell("Container", member.record.name, "Started");
  spawn_watchers(stack, member);
}

asio::awaitable<void> wait_for_restart(Stack& stack, Member& member) {
  const auto due = *member.restart_at;
  const auto disturbed = [&] { return member.must_end(); };
  if (co_await stack.changed.until(disturbed, due) && member.goal != Goal::running) {
    member.record.phase = Phase::exited;
    stack.changed_state(member);
  }
  member.restart_at.reset();
}

}  // namespace

asio::awaitable<void> live(Stack& stack, Launcher& launcher, std::string id) {
  Member& member = *stack.members.at(id);
  if (member.is_alive()) spawn_watchers(stack, member);
  for (;;) {
    if (member.is_alive()) {
      co_await watch(stack, launcher, member);
    } else if (member.goal == Goal::removed) {
      break;
    } else if (member.replacement) {
      launcher.replace(member);
    } else if (member.goal == Goal::running && member.restart_at) {
      co_await wait_for_restart(stack, member);
    } else if (member.goal == Goal::running) {
      co_await start(stack, launcher, member);
    } else {
      co_await stack.changed.until([&] { return member.goal != Goal::stopped || member.replacement; });
    }
  }
  launcher.remove(member);
  stack.members.erase(id);
  stack.changed.notify();
}

}  // namespace orchestrator::supervisor
