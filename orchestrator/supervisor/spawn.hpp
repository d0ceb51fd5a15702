// Starts coroutines that nobody waits for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace orchestrator::supervisor {

/// What it throws ends the loop: a supervisor without one of its coroutines would wait for ever for what that
/// one was to do; the next supervisor adopts everything and goes on.
void spawn(boost::asio::io_context& loop, boost::asio::awaitable<void> task);

}  // namespace orchestrator::supervisor
