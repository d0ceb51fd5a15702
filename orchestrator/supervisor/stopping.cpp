#include "orchestrator/supervisor/stopping.hpp"

#include <csignal>

#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/run_inside.hpp"
#include "runtime/spec/signal.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Phase;

namespace {

constexpr auto kGrace = std::chrono::seconds(10);

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

}  // namespace

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

}  // namespace orchestrator::supervisor
