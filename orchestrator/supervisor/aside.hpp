// Work that would hold the loop up, done in a copy of this process.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>

namespace orchestrator::supervisor {

/// Runs `work` in a child and waits for its end without blocking. What it throws is thrown here, as
/// std::runtime_error with the same words.
boost::asio::awaitable<void> aside(std::function<void()> work);

}  // namespace orchestrator::supervisor
