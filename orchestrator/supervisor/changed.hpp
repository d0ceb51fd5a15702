// Level-triggered waiting: a coroutine waits until something is true, and whoever changes anything says so.
// Nothing is ever missed, because a predicate is asked again after every change.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <memory>

namespace orchestrator::supervisor {

using Clock = std::chrono::steady_clock;

class Changed {
 public:
  explicit Changed(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// Wakes every waiting coroutine; each asks its predicate again.
  void notify();

  /// Returns true when `is_true` is, false when the deadline passes first. Asks before it waits.
  boost::asio::awaitable<bool> until(std::function<bool()> is_true,
                                     Clock::time_point deadline = Clock::time_point::max());

 private:
  boost::asio::any_io_executor executor_;
  std::shared_ptr<std::list<boost::asio::steady_timer*>> waiting_ =
      std::make_shared<std::list<boost::asio::steady_timer*>>();
};

/// Waits until a descriptor is readable (also: has ended, for a pidfd; end of file). The descriptor is
/// borrowed. False where the wait was cancelled by its owner.
boost::asio::awaitable<bool> readable(int fd);

}  // namespace orchestrator::supervisor
