// Brings a living container to its end: politely, and where that does not help, by force.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// It must end, or an attempt to end it came no further than half the way: it may have been told already.
bool is_to_end(const Member& member);

/// How long it has after its stop signal.
std::chrono::nanoseconds grace_of(const Member& member);

/// The member is to end. Waits for who depends on it, and a moment for clients that it answers; returns when
/// its process has ended, or when it need not end any longer. Where it does not even die by SIGKILL, it is
/// marked and reported within seconds, so that the others go on.
boost::asio::awaitable<void> stop(Stack& stack, Launcher& launcher, Member& member);

}  // namespace orchestrator::supervisor
