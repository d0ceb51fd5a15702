#include "orchestrator/supervisor/changed.hpp"

#include <poll.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

#include "orchestrator/supervisor/quietly.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

/// In the list for as long as it waits, whatever ends the wait: also a loop that is destroyed after the
/// list's owner.
class Changed::Listed {
 public:
  Listed(std::shared_ptr<Waiting> waiting, asio::steady_timer& timer)
      : waiting_(std::move(waiting)),
        timer_(timer),
        place_(waiting_->all.insert(waiting_->all.end(), this)) {}
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { waiting_->all.erase(place_); }

  /// It is the coroutine itself that asks: nothing may change between the answer and what follows from it,
  /// and there are predicates that take what they find.
  void ask() const { timer_.cancel(); }

 private:
  std::shared_ptr<Waiting> waiting_;
  asio::steady_timer& timer_;
  std::list<Listed*>::iterator place_;
};

void Changed::ask(Waiting& waiting) {
  waiting.is_due = false;
  for (const Listed* one : waiting.all) one->ask();
}

void Changed::notify() {
  if (std::exchange(waiting_->is_due, true)) return;
  asio::post(executor_, [waiting = waiting_] { ask(*waiting); });
}

Clock::time_point after(std::chrono::nanoseconds length) {
  const auto now = Clock::now();
  return length < Clock::time_point::max() - now ? now + length : Clock::time_point::max();
}

asio::awaitable<bool> Changed::until(std::function<bool()> is_true, Clock::time_point deadline) {
  return until(std::move(is_true), [deadline] { return deadline; });
}

asio::awaitable<bool> Changed::until(std::function<bool()> is_true, Deadline deadline) {
  asio::steady_timer timer(executor_);
  while (!is_true()) {
    const Clock::time_point end = deadline();
    if (Clock::now() >= end) co_return false;
    timer.expires_at(end);
    const Listed listed(waiting_, timer);
    co_await timer.async_wait(kQuietly);
  }
  co_return true;
}

void Waits::end() {
  over_ = true;
  for (asio::posix::stream_descriptor* descriptor : watched_) descriptor->cancel();
}

Watch::Watch(const asio::any_io_executor& executor, int fd, std::shared_ptr<Waits> waits)
    : waits_(std::move(waits)),
      descriptor_(executor, runtime::sys::dup(fd).release()),
      place_(waits_->watched_.insert(waits_->watched_.end(), &descriptor_)) {}

asio::awaitable<bool> Watch::wait_for(asio::posix::descriptor_base::wait_type what) {
  if (waits_->over_) co_return false;
  const auto [error] = co_await descriptor_.async_wait(what, kQuietly);
  // What had happened already when they ended is nobody's any more.
  co_return !error && !waits_->over_;
}

/// Asio tells a descriptor also of what a former one had to tell that was let go of meanwhile: it gives the
/// next one the same place in its tables, and the kernel's answer may be on its way by then.
asio::awaitable<bool> Watch::readable() {
  for (;;) {
    const bool goes_on = co_await wait_for(asio::posix::descriptor_base::wait_read);
    pollfd own{.fd = descriptor_.native_handle(), .events = POLLIN, .revents = 0};
    if (!goes_on || ::poll(&own, 1, 0) != 0) co_return goes_on;
  }
}

/// Here as well, but to look whether it is true takes the news away (PSI).
asio::awaitable<bool> Watch::urgent() { return wait_for(asio::posix::descriptor_base::wait_error); }

asio::awaitable<bool> readable(int fd, std::shared_ptr<Waits> waits) {
  Watch watch(co_await asio::this_coro::executor, fd, std::move(waits));
  co_return co_await watch.readable();
}

asio::awaitable<bool> urgent(int fd) {
  Watch watch(co_await asio::this_coro::executor, fd, std::make_shared<Waits>());
  co_return co_await watch.urgent();
}

}  // namespace orchestrator::supervisor
