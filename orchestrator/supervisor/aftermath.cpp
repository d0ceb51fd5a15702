#include "orchestrator/supervisor/aftermath.hpp"

#include <csignal>
#include <random>
#include <utility>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/crash_loops.hpp"
#include "orchestrator/supervisor/log_tail.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using plan::RestartPolicy;
using state::EndCause;
using state::Phase;

namespace {

/// On a busy machine the kernel may need seconds to take the rest of its owner apart.
constexpr auto kDiesWithItsNamespace = std::chrono::seconds(5);

/// Who ends so soon after a signal of `kill` may well have ended because of it.
constexpr auto kAnswer = project::kStopGracePeriod;

double jitter() {
  static std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.5, 1.0)(random);
}

void schedule_restart(Member& member, const RestartPolicy& policy) {
  member.is_due = true;
  const auto delay = plan::restart_delay(policy, member.record.history, jitter());
  member.record.history.due_ns = boottime_ns() + delay.count();
  member.restart_at = steady(member.record.history.due_ns);
  member.by_policy = true;
  member.record.phase = Phase::restarting;
  ++member.record.restarts;
}

void decide_what_follows(Member& member, const plan::End& end) {
  const project::Service& service = member.definition->service;
  const bool unfit = member.record.ended_by == EndCause::unhealthy;
  const RestartPolicy policy = plan::restart_policy_of(service);
  member.record.history = plan::after_end(policy, std::move(member.record.history), end);
  const bool is_done = end.success && (service.schedule || service.oneshot == "once");
  if (is_done) member.record.history = {};
  // `on_unhealthy:` is a policy of its own: it holds whatever `restart:` says.
  const bool again = unfit ? service.on_unhealthy == "restart"
                           : !is_done && plan::wants_restart(policy, end.success, member.record.history);
  if (again) return schedule_restart(member, policy);
  if (!unfit && service.access.on_demand) {
    // Until the next client. Who has served one well does not keep the next one waiting; who fails again and
    // again does.
    member.record.asleep = true;
    if (end.success) member.record.history = {};
    member.restart_at = Clock::now() + plan::restart_delay(policy, member.record.history, jitter());
    return;
  }
  // A job has its next run.
  if (!unfit && service.schedule) return;
  member.goal = Goal::stopped;
  member.record.starts_again = false;
  if (!unfit) return;
  member.failure = "container " + member.record.name + " was stopped because it was unhealthy";
  member.record.error = member.failure;
}

EndCause cause_of(const Member& member) {
  if (member.is_asked_to_end()) return member.end_cause;
  if (member.life->is_unfit) return EndCause::unhealthy;
  if (member.record.asleep) return EndCause::idleness;
  // Whom we have told to end has not ended by itself, even if somebody wants it again by now.
  return member.record.phase == Phase::stopping ? member.end_cause : EndCause::itself;
}

/// Nobody has asked for it, so policies say what follows.
bool is_unasked(EndCause cause) {
  return cause == EndCause::itself || cause == EndCause::signal || cause == EndCause::unhealthy;
}

/// Who is killed with a pid namespace dies a moment before its owner does.
asio::awaitable<void> wait_for_owner_of_namespace(Stack& stack, const Member& member) {
  if (member.record.exit->signal != SIGKILL || !member.definition->service.pid.starts_with("service:"))
    co_return;
  co_await stack.changed.until([&] { return dies_with_its_namespace(member, stack.members); },
                               Clock::now() + kDiesWithItsNamespace);
}

plan::End end_of(const Member& member, Clock::time_point started, bool was_healthy) {
  return {.at = std::chrono::nanoseconds(boottime_ns()),
          .lived = Clock::now() - started,
          .was_healthy = was_healthy,
          .success = plan::is_success(member.definition->service, *member.record.exit)};
}

std::string crash_report(const Stack& stack, const state::Instance& record) {
  return "container " + record.name + " crashes again and again" +
         log_tail(stack.paths.log_directory(record.id), kLastLines);
}

}  // namespace

asio::awaitable<void> settle(Stack& stack, Launcher& launcher, Member& member) {
  state::Instance& record = member.record;
  EndCause cause = cause_of(member);
  const auto started = member.life->started;
  const bool was_healthy = member.life->was_healthy;
  const int sent = member.life->sent_signal;
  const bool is_answer = sent != 0 && Clock::now() - member.life->sent_at < kAnswer;
  record.exit = co_await launcher.clean_up(member);
  if (member.last_exit) *member.last_exit = record.exit;
  if (cause == EndCause::itself) {
    co_await wait_for_owner_of_namespace(stack, member);
    if (dies_with_its_namespace(member, stack.members)) cause = EndCause::dependency;
  }
  constexpr int kSignalled = 128;  // so a shell has it, and an init
  if (cause == EndCause::itself && (is_answer || (sent != 0 && record.exit->code == kSignalled + sent))) {
    cause = EndCause::signal;
    record.exit->signal_sent = sent;
  }
  record.ended_by = cause;
  record.finished_ns = wall_clock_ns();
  record.phase = Phase::exited;
  record.health = state::Health::none;
  record.failed_probes = 0;
  record.waits_for.clear();  // its hooks have ended with it
  if (is_unasked(cause)) decide_what_follows(member, end_of(member, started, was_healthy));
  if (cause == EndCause::dependency && member.goal == Goal::running) {
    member.by_policy = true;
    record.phase = Phase::restarting;
  }
  member.crash_report = crashes_for_good(member, stack.members) ? crash_report(stack, record) : "";
  member.restart_requested = false;
  member.end_cause = EndCause::command;
  const bool was_killed = std::exchange(member.kill_now, false);
  stack.changed_state(member);
  launcher.forget_process(member);
  if (was_killed)
    stack.tell("Container", record.name, "Killed");
  else if (cause == EndCause::itself || cause == EndCause::signal)
    stack.tell("Container", record.name, "Exited", std::to_string(record.exit->code));
  else
    stack.tell("Container", record.name, "Stopped");
}

void fail(Stack& stack, Member& member, const std::string& why) {
  const bool has_next_run = member.definition->service.schedule && member.goal == Goal::running;
  if (!has_next_run) {
    member.failure = why;
    member.goal = Goal::stopped;
  }
  member.restart_at.reset();
  member.record.starts_again = false;
  member.record.error = why;
  if (member.record.phase == Phase::creating || member.record.phase == Phase::restarting)
    member.record.phase = member.record.exit ? Phase::exited : Phase::created;
  stack.changed_state(member);
  stack.tell("Container", member.record.name, "Error", why);
}

void try_again(Stack& stack, Member& member, const std::string& why) {
  const RestartPolicy policy = plan::restart_policy_of(member.definition->service);
  const plan::End end{.at = std::chrono::nanoseconds(boottime_ns())};
  member.record.history = plan::after_end(policy, std::move(member.record.history), end);
  if (!plan::wants_restart(policy, false, member.record.history)) return fail(stack, member, why);
  schedule_restart(member, policy);
  member.record.error = why;
  stack.changed_state(member);
  stack.warn(why + "; trying again");
}

Clock::time_point settled_at(const Member& member) {
  const state::RestartHistory& history = member.record.history;
  if (history.failures == 0 && !history.crash_looping) return Clock::time_point::max();
  const RestartPolicy policy = plan::restart_policy_of(member.definition->service);
  return member.life->started +
         std::chrono::duration_cast<Clock::duration>(plan::settling_time(policy, history));
}

void forget_failures(Stack& stack, Member& member) {
  member.record.history = {};
  stack.changed_state(member);
}

}  // namespace orchestrator::supervisor
