// Jobs that run when they are due: x-mdcompose.schedule. plan decides by project/cron.hpp when that is.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// True while the member has nothing to do until its next run.
bool waits_for_its_time(const Member& member);

/// The member is scheduled, wanted, and does not live. Returns when it is due, or something else is wanted.
boost::asio::awaitable<void> wait_until_due(Stack& stack, Member& member);

/// Wakes whoever waits by the wall clock when it is set, and after the machine has slept. Never ends.
boost::asio::awaitable<void> watch_wall_clock(Stack& stack);

}  // namespace orchestrator::supervisor
