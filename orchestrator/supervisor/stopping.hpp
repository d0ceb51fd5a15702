// Brings a living container to its end: politely, and where that does not help, by force.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// The member must end. Waits for who depends on it; returns when its process has ended, or when it need not
/// end any longer.
boost::asio::awaitable<void> stop(Stack& stack, Member& member);

}  // namespace orchestrator::supervisor
