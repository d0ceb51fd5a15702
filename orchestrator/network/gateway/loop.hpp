// The gateway's event loop: descriptors by epoll(7), level-triggered, and timers. One thread.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network::gateway {

using Clock = std::chrono::steady_clock;
class Watch;
class Timer;

class Loop {
 public:
  /// Throws std::system_error.
  Loop();

  /// Until stop().
  void run();
  void stop() { stopped_ = true; }

  /// Runs when the present event has been dealt with: the place to destroy whoever is speaking.
  void later(std::function<void()> action) { later_.push_back(std::move(action)); }

 private:
  friend class Watch;
  friend class Timer;
  void run_due_timers();
  void run_later();
  [[nodiscard]] int milliseconds_to_next_timer() const;

  runtime::sys::unique_fd epoll_;
  bool stopped_ = false;
  std::span<epoll_event> batch_{};  ///< events taken from the kernel and not yet dealt with
  std::multimap<Clock::time_point, Timer*> timers_{};
  std::vector<std::function<void()>> later_{};
};

/// A descriptor in the loop, borrowed. A handler may destroy any Watch, its own only through Loop::later.
class Watch {
 public:
  /// `ready` gets EPOLLIN, EPOLLOUT, EPOLLHUP, … Nothing is wanted at first.
  Watch(Loop& loop, int fd, std::function<void(std::uint32_t events)> ready);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// What to be told, level-triggered. 0 takes the descriptor out of the set: otherwise the kernel would go
  /// on reporting EPOLLHUP of a connection whose data cannot be passed on yet.
  void want(std::uint32_t events);

 private:
  friend class Loop;
  void forget() noexcept;

  Loop& loop_;
  int fd_;
  std::uint32_t wanted_ = 0;
  std::function<void(std::uint32_t)> ready_;
};

/// Fires once for each start.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> fire) : loop_(loop), fire_(std::move(fire)) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void start(Clock::duration delay);
  void stop();
  [[nodiscard]] bool is_running() const { return running_; }

 private:
  friend class Loop;
  Loop& loop_;
  std::function<void()> fire_;
  std::multimap<Clock::time_point, Timer*>::iterator place_{};
  bool running_ = false;
};

}  // namespace orchestrator::network::gateway
