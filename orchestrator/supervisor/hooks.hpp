// Hooks inside a living container: post_start when it runs, pre_stop before it is asked to end.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Its post_start hooks have ended, or there are none: only then does it count as started.
bool is_greeted(const Member& member);

/// Runs the post_start hooks of this incarnation where they have not ended yet. One that fails is the
/// member's failure; the container goes on, as Docker Compose has it.
boost::asio::awaitable<void> greet(Stack& stack, OneLife one);

/// The member is to end: runs its pre_stop hooks, all of them until the deadline. Who hangs is killed then,
/// and that is a warning. False where it need not end any longer: its end is not wanted by now, or a hook has
/// failed and whoever asked for its end is told so.
boost::asio::awaitable<bool> take_leave(Stack& stack, Member& member, Deadline deadline);

}  // namespace orchestrator::supervisor
