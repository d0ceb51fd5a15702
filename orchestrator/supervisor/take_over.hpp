// One container takes over from another that runs beside it (`order: start-first`).
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// How far one has come.
struct TakeOver {
  bool is_over = false;
  std::string why{};  ///< it has failed
};

/// Waits until the container `id` can take over from the one that it replaces, and lets it; or removes it
/// where it fails. Whoever depends on it is told by `progress`. `grace`: for the old one, instead of what its
/// stack file says.
boost::asio::awaitable<void> take_over(Stack& stack, Network& network, std::string id,
                                       std::optional<std::chrono::nanoseconds> grace,
                                       std::shared_ptr<TakeOver> progress);

/// Why a new container is no good; nothing while it is, or may still become so. `restarts` that it has had
/// before do not count.
std::string what_is_wrong(const Member* member, int restarts);

}  // namespace orchestrator::supervisor
