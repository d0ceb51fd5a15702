// Probes one incarnation for as long as it lives: plan/health.hpp says when, here it is done.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Ends with the incarnation; at once where the service asks for no probes.
boost::asio::awaitable<void> check_health(Stack& stack, OneLife one);

/// The stack file says that who is unhealthy must not go on.
bool is_unfit(const project::Service& service, state::Health health);

}  // namespace orchestrator::supervisor
