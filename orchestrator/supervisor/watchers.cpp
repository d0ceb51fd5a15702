#include "orchestrator/supervisor/watchers.hpp"

#include <chrono>
#include <utility>

#include "orchestrator/supervisor/health_check.hpp"
#include "orchestrator/supervisor/hooks.hpp"
#include "orchestrator/supervisor/notify_socket.hpp"
#include "orchestrator/supervisor/pressure.hpp"
#include "orchestrator/supervisor/run_inside.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/streams.hpp"
#include "runtime/cgroup/alarm.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

constexpr auto kUntilKilled = std::chrono::milliseconds(100);

asio::awaitable<void> watch_end(Stack& stack, OneLife one, int pidfd) {
  const sys::unique_fd own = sys::dup(pidfd);
  co_await readable(own.get());
  if (Member* member = one.find(stack.members)) member->life->ended = true;
  stack.changed.notify();
}

/// Who is starting may be ready now.
void note_output(Stack& stack, Member& member) {
  if (member.record.health != state::Health::starting) return;
  member.life->spoke = true;
  stack.changed.notify();
}

asio::awaitable<void> pump_output(Stack& stack, OneLife one, int fd, std::shared_ptr<Waits> waits) {
  Watch output(stack.loop.get_executor(), fd, std::move(waits));
  for (;;) {
    const bool more = co_await output.readable();
    Member* member = one.find(stack.members);
    if (!more || member == nullptr) co_return;
    const bool goes_on = member->life->pump->drain(fd);
    tell_loss(stack, *member);
    note_output(stack, *member);
    if (!goes_on) co_return;
  }
}

/// By a child: for as long as it takes the container is not heard, but everybody else is.
asio::awaitable<void> close_brought(Stack& stack, const Member& member, std::shared_ptr<Waits> waits) {
  Child child(close_descriptors(member.life->notify.get()).pidfd);
  co_await readable(child.fd(), std::move(waits));
  if (child.has_ended()) co_return;
  child.kill();
  forsake(stack, std::move(child));
}

asio::awaitable<void> wait_for_readiness(Stack& stack, OneLife one, std::shared_ptr<Waits> waits) {
  Watch messages(stack.loop.get_executor(), one.find(stack.members)->life->notify.get(), waits);
  for (;;) {
    const bool more = co_await messages.readable();
    Member* member = one.find(stack.members);
    if (!more || member == nullptr) co_return;
    const Heard heard = receive_ready(member->life->notify.get());
    if (heard.ready) {
      member->life->is_ready = true;
      member->life->spoke = true;
      stack.changed.notify();
    }
    if (heard.brings_descriptors) co_await close_brought(stack, *member, waits);
  }
}

asio::awaitable<void> follow_line(Stack& stack, OneLife one, std::string pattern,
                                  std::shared_ptr<Waits> waits) {
  for (;;) {
    Member* member = one.find(stack.members);
    if (member == nullptr) co_return;
    const bool found = member->life->search.look_again(pattern);
    if (found) break;
    const int fd = member->life->search.fd(pattern);
    const bool more = co_await readable(fd, waits);
    if (!more) co_return;
  }
  if (Member* member = one.find(stack.members)) {
    member->life->spoke = true;
    member->record.said.push_back(pattern);
    stack.changed_state(*member);
  }
}

// Not one expression: g++ 12 ends the life of both branches of a conditional that is awaited.
asio::awaitable<bool> sounds(Watch& watch, bool is_urgent) {
  if (is_urgent) co_return co_await watch.urgent();
  co_return co_await watch.readable();
}

/// Of processes that the container survives; how it ends itself is looked at then.
asio::awaitable<void> watch_memory(Stack& stack, OneLife one, runtime::cgroup::MemoryAlarm alarm,
                                   std::shared_ptr<Waits> waits) {
  std::uint64_t known = 0;
  if (const Member* member = one.find(stack.members)) known = member->record.oom_kills;
  const auto has_killed = [&] {
    const Member* member = one.find(stack.members);
    return member == nullptr || member->life->cgroup.oom_kills() != known;
  };
  Watch watch(stack.loop.get_executor(), alarm.fd.get(), std::move(waits));
  for (;;) {
    const bool sounded = co_await sounds(watch, alarm.is_urgent);
    if (!sounded || !alarm.is_there()) co_return;
    alarm.expect_next();
    // Cgroup v1 tells before it kills, and tells everybody below the group that is full.
    if (!alarm.is_urgent) co_await stack.changed.until(has_killed, Clock::now() + kUntilKilled);
    Member* member = one.find(stack.members);
    if (member == nullptr) co_return;
    known = member->life->cgroup.oom_kills();
    if (std::exchange(member->record.oom_kills, known) != known) stack.changed_state(*member);
  }
}

}  // namespace

void spawn_watchers(Stack& stack, Member& member) {
  const OneLife one{member.record.id, member.record.generation};
  const Incarnation& life = *member.life;
  spawn(stack.loop, watch_end(stack, one, life.pidfd.get()));
  if (life.pump)
    for (const int fd : life.pump->fds()) spawn(stack.loop, pump_output(stack, one, fd, life.waits));
  if (life.notify) spawn(stack.loop, wait_for_readiness(stack, one, life.waits));
  if (auto alarm = runtime::cgroup::memory_alarm(life.cgroup.paths()); alarm.fd)
    spawn(stack.loop, watch_memory(stack, one, std::move(alarm), life.waits));
  watch_pressure(stack);
  spawn(stack.loop, greet(stack, one));
  spawn(stack.loop, check_health(stack, one));
}

void look_for_line(Stack& stack, Member& member, const std::string& pattern) {
  if (!member.life->search.look_for(pattern)) return;
  const OneLife one{member.record.id, member.record.generation};
  spawn(stack.loop, follow_line(stack, one, pattern, member.life->waits));
}

}  // namespace orchestrator::supervisor
