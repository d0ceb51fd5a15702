#include "orchestrator/supervisor/watchers.hpp"

#include "orchestrator/supervisor/health_check.hpp"
#include "orchestrator/supervisor/notify_socket.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

asio::awaitable<void> watch_end(Stack& stack, OneLife one, int pidfd) {
  const sys::unique_fd own = sys::dup(pidfd);
  co_await readable(own.get());
  if (Member* member = one.find(stack.members)) member->life->ended = true;
  stack.changed.notify();
}

/// Somebody may wait for a line, and who is starting may be ready now.
void note_output(Stack& stack, Member& member) {
  const bool found = member.life->search.look_again();
  const bool starting = member.record.health == state::Health::starting;
  if (starting) member.life->spoke = true;
  if (found || starting) stack.changed.notify();
}

asio::awaitable<void> pump_output(Stack& stack, OneLife one, int fd) {
  const sys::unique_fd own = sys::dup(fd);
  while (co_await readable(own.get())) {
    Member* member = one.find(stack.members);
    if (member == nullptr) co_return;
    const bool goes_on = member->life->pump->drain();
    note_output(stack, *member);
    if (!goes_on) co_return;
  }
}

asio::awaitable<void> wait_for_readiness(Stack& stack, OneLife one, int socket) {
  const sys::unique_fd own = sys::dup(socket);
  while (co_await readable(own.get())) {
    Member* member = one.find(stack.members);
    if (member == nullptr) co_return;
    if (!receive_ready(own.get())) continue;
    member->life->is_ready = true;
    member->life->spoke = true;
    stack.changed.notify();
  }
}

}  // namespace

void spawn_watchers(Stack& stack, Member& member) {
  const OneLife one{member.record.id, member.record.generation};
  const Incarnation& life = *member.life;
  spawn(stack.loop, watch_end(stack, one, life.pidfd.get()));
  if (life.pump)
    for (const int fd : life.pump->fds()) spawn(stack.loop, pump_output(stack, one, fd));
  if (life.notify) spawn(stack.loop, wait_for_readiness(stack, one, life.notify.get()));
  spawn(stack.loop, check_health(stack, one));
}

}  // namespace orchestrator::supervisor
