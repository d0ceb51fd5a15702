#include "orchestrator/supervisor/stopping.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/hooks.hpp"
#include "orchestrator/supervisor/obstacle.hpp"
#include "runtime/spec/signal.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Phase;

namespace {

/// Enough for an answer that is under way; who stays connected hears of the end from the service itself.
constexpr std::chrono::nanoseconds kLastAnswers = std::chrono::seconds(1);

/// SIGTERM for a name that nobody knows: what was started before such names were refused must end, too.
int stop_signal_of(const Member& member) {
  const std::string& name = member.definition->service.stop_signal;
  if (name.empty()) return SIGTERM;
  try {
    return runtime::signal_number(name);
  } catch (const std::invalid_argument&) {
    return SIGTERM;
  }
}

/// Asks politely. Whoever is frozen, by us or from elsewhere, or stopped by SIGSTOP, would sleep through its
/// grace period: all of them are woken, because the first process may wait for others.
void ask_to_end(const Member& member) {
  const Incarnation& life = *member.life;
  life.cgroup.thaw();
  runtime::sys::pidfd_send_signal(life.pidfd.get(), stop_signal_of(member));
  life.cgroup.signal(SIGCONT);
}

void kill(const Incarnation& life) {
  // PID 1 takes its namespace with it, but a service may share the host's or another's.
  life.cgroup.kill();
  runtime::sys::pidfd_send_signal(life.pidfd.get(), SIGKILL);
}

/// Its end is not wanted any longer, and it has not been told of it.
bool stays(Stack& stack, Member& member) {
  if (member.must_end()) return false;
  member.record.phase = Phase::running;
  stack.changed_state(member);
  return true;
}

/// For pre_stop hooks: what somebody has said. Docker Compose's have no limit, and a dump of a database that
/// is cut off for a default of ours is worth nothing.
std::optional<std::chrono::nanoseconds> asked_grace(const Member& member) {
  return member.grace ? member.grace : member.definition->service.stop_grace_period;
}

/// How long an end may take: what is said when it begins, or less where a later command says so.
class Patience {
 public:
  using Limit = std::optional<std::chrono::nanoseconds> (*)(const Member&);
  Patience(const Member& member, Limit limit) : member_(member), limit_(limit) {}

  Clock::time_point deadline() {
    const auto now = limit_(member_);
    if (now && now != said_) deadline_ = std::min(deadline_, after(*now));
    said_ = now;
    return deadline_;
  }

 private:
  const Member& member_;
  Limit limit_;
  std::optional<std::chrono::nanoseconds> said_{};
  Clock::time_point deadline_ = Clock::time_point::max();
};

/// What comes before its stop signal: clients, then hooks. False where it has ended, or is to stay.
asio::awaitable<bool> part(Stack& stack, Launcher& launcher, Member& member, bool resumes) {
  if (member.kill_now) co_return true;
  co_await launcher.see_clients_out(member, Clock::now() + std::min(kLastAnswers, grace_of(member)));
  if (member.life->ended || (!resumes && stays(stack, member))) co_return false;
  if (member.kill_now) co_return true;
  Patience patience(member, asked_grace);
  const bool goes = co_await take_leave(stack, member, [&patience] { return patience.deadline(); });
  co_return goes && !member.life->ended;
}

/// Who cannot die cannot be helped; the others must not wait for him.
void give_up(Stack& stack, Member& member, const std::string& obstacle) {
  member.life->unkillable = true;
  member.failure = "container " + member.record.name + " does not die: " + obstacle;
  member.record.error = member.failure;
  stack.changed_state(member);
  stack.warn(member.failure);
}

}  // namespace

bool is_to_end(const Member& member) { return member.must_end() || member.record.phase == Phase::stopping; }

std::chrono::nanoseconds grace_of(const Member& member) {
  return asked_grace(member).value_or(project::kStopGracePeriod);
}

asio::awaitable<void> stop(Stack& stack, Launcher& launcher, Member& member) {
  Incarnation& life = *member.life;
  co_await stack.changed.until([&] {
    return life.ended || member.kill_now || !is_to_end(member) ||
           !has_ending_dependants(member, stack.members);
  });
  if (life.ended || !is_to_end(member)) co_return;
  const bool resumes = member.record.phase == Phase::stopping;
  if (!member.kill_now) stack.tell("Container", member.record.name, "Stopping");
  member.record.phase = Phase::stopping;
  stack.changed_state(member);
  const bool goes = co_await part(stack, launcher, member, resumes);
  if (!goes) co_return;
  if (!member.kill_now) {
    ask_to_end(member);
    Patience patience(member, [](const Member& one) { return std::optional(grace_of(one)); });
    co_await stack.changed.until([&] { return life.ended || member.kill_now; },
                                 [&patience] { return patience.deadline(); });
  }
  if (life.ended) co_return;
  kill(life);
  const std::optional<std::string> obstacle = co_await obstacle_to_end(stack.changed, member);
  if (!obstacle) co_return;
  give_up(stack, member, *obstacle);
  co_await stack.changed.until([&] { return life.ended; });
  member.failure.clear();
}

}  // namespace orchestrator::supervisor
