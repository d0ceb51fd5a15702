// One health probe of a container, whatever its kind.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Exit code 0 is healthy. Nothing where the container was paused or has ended meanwhile: then nobody can
/// say.
boost::asio::awaitable<std::optional<state::Probe>> probe(Stack& stack, OneLife one,
                                                          std::chrono::nanoseconds timeout);

}  // namespace orchestrator::supervisor
