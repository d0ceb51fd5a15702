// The steps of `pre_start`: containers that run to their end before a service's own one starts.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Runs the steps that have not succeeded yet, one after the other; those that are not `per_replica` are run
/// by one instance of the service, and the others wait for it. False where one has failed, which is the
/// member's failure then, or something else is wanted by now.
boost::asio::awaitable<bool> prepare(Stack& stack, Launcher& launcher, Member& member);

}  // namespace orchestrator::supervisor
