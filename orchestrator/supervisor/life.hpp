// The life of one instance, as one coroutine: wait, start, watch, stop, restart, remove. Level-triggered: it
// looks at what is wanted and what is, and does the next thing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Runs until the member is removed; then it is gone from the stack.
boost::asio::awaitable<void> live(Stack& stack, Launcher& launcher, std::string id);

}  // namespace orchestrator::supervisor
