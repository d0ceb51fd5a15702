// Work that would hold the loop up, done in a copy of this process.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

/// A child at work: it exits with 0, or, where `work` throws, with 1 and its words in `report`. Nothing that
/// `work` changes in memory is seen here. The caller must be single-threaded, and reaps the child.
struct Aside {
  runtime::sys::unique_fd pidfd{};
  runtime::sys::unique_fd report{};
};
Aside start_aside(const std::function<void()>& work);

/// Runs `work` in a child and waits for its end without blocking. What it throws is thrown here, as
/// std::runtime_error with the same words.
boost::asio::awaitable<void> aside(std::function<void()> work);

}  // namespace orchestrator::supervisor
