// Brings a member to life: when what it depends on is there.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// The member is wanted and does not live. When this returns it lives, has failed, is to be tried again
/// later, or is not wanted any longer.
boost::asio::awaitable<void> start(Stack& stack, Launcher& launcher, Member& member);

}  // namespace orchestrator::supervisor
