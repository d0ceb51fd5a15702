// Restarts that a command has begun, and nobody has finished: it is on record who is to start again before
// anything is touched.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Who has ended in order to start again does; who lives does where it is left behind, and else is left as it
/// is. Nothing changes for whom somebody is at work on.
void finish_restarts(Stack& stack);

/// The same for what an earlier supervisor has left, when the command that it worked for has had time to come
/// again and is through: `is_updating` while one is at work.
boost::asio::awaitable<void> finish_earlier_restarts(Stack& stack, std::function<bool()> is_updating);

}  // namespace orchestrator::supervisor
