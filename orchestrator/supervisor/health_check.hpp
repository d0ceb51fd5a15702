// Probes one incarnation for as long as it lives: plan/health.hpp says when, the runtime enters the
// container.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// True where the service asks for probes.
bool has_health_check(const project::Service& service);

boost::asio::awaitable<void> check_health(Stack& stack, std::string id, std::int64_t generation);

}  // namespace orchestrator::supervisor
