// Level-triggered waiting: a coroutine waits until something is true, and whoever changes anything says so.
// Nothing is ever missed, because a predicate is asked again after every change.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <memory>

namespace orchestrator::supervisor {

using Clock = std::chrono::steady_clock;
/// Asked again after every change: it may have come nearer.
using Deadline = std::function<Clock::time_point()>;
/// So long from now on; never, where the clock does not count so far.
Clock::time_point after(std::chrono::nanoseconds length);

class Changed {
 public:
  explicit Changed(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// Wakes every waiting coroutine, soon and once for all changes until then; each asks its predicate
  /// again.
  void notify();

  /// Returns true when `is_true` is, false when the deadline passes first. Asks before it waits, and whenever
  /// it is woken; nothing happens between a true answer and the return. The predicate is cheap: with a
  /// hundred services some hundreds of them are asked after every change.
  boost::asio::awaitable<bool> until(std::function<bool()> is_true,
                                     Clock::time_point deadline = Clock::time_point::max());
  boost::asio::awaitable<bool> until(std::function<bool()> is_true, Deadline deadline);

 private:
  class Listed;
  struct Waiting {
    std::list<Listed*> all{};
    bool is_due = false;  ///< they are going to be asked
  };
  static void ask(Waiting& waiting);

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
};

/// Waits for descriptors that end with their owner: of one whose other end nobody has any more they would
/// never end.
class Waits {
 public:
  /// All of them end, and none begins any more.
  void end();

 private:
  friend class Watch;
  std::list<boost::asio::posix::stream_descriptor*> watched_{};
  bool over_ = false;
};

/// Waits for one descriptor as often as it likes, which is registered with the kernel once.
class Watch {
 public:
  /// Watches a duplicate of `fd`; at most as long as `waits` go on. Throws std::system_error.
  Watch(const boost::asio::any_io_executor& executor, int fd,
        std::shared_ptr<Waits> waits = std::make_shared<Waits>());
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { waits_->watched_.erase(place_); }

  /// Waits until it is readable (also: has ended, for a pidfd; end of file). False where that was cancelled
  /// by the owner of the waits.
  boost::asio::awaitable<bool> readable();
  /// The same for exceptional conditions, POLLPRI: files of the kernel that have changed. Rarely none has.
  boost::asio::awaitable<bool> urgent();

 private:
  boost::asio::awaitable<bool> wait_for(boost::asio::posix::descriptor_base::wait_type what);

  std::shared_ptr<Waits> waits_;
  boost::asio::posix::stream_descriptor descriptor_;
  std::list<boost::asio::posix::stream_descriptor*>::iterator place_;
};

/// Waits once, as a Watch. The descriptor is borrowed.
boost::asio::awaitable<bool> readable(int fd, std::shared_ptr<Waits> waits = std::make_shared<Waits>());
boost::asio::awaitable<bool> urgent(int fd);

}  // namespace orchestrator::supervisor
