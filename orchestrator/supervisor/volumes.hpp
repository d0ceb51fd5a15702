// The volumes of a container: its own, and those it takes over from others (`volumes_from`).
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/plan/translate.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Makes what is missing, fills what is empty from the image at `assets.root`, and says where everything is.
/// Throws std::runtime_error where an external volume or a container named is not there.
boost::asio::awaitable<void> prepare_volumes(Stack& stack, const Member& member, plan::Assets& assets);

}  // namespace orchestrator::supervisor
