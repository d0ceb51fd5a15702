#include "orchestrator/supervisor/changed.hpp"

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

asio::awaitable<bool> Changed::until(std::function<bool()> is_true, Clock::time_point deadline) {
  asio::steady_timer timer(executor_);
  while (!is_true()) {
    if (Clock::now() >= deadline) co_return false;
    timer.expires_at(deadline);
    const Listed listed(waiting_, timer);
    co_await timer.async_wait(kQuietly);
  }
  co_return true;
}

void Waits::end() {
  over_ = true;
  for (asio::posix::stream_descriptor* descriptor : waiting_) descriptor->cancel();
}

asio::awaitable<bool> wait_for(int fd, asio::posix::descriptor_base::wait_type what,
                               std::shared_ptr<Waits> waits) {
  if (waits->over_) co_return false;
  asio::posix::stream_descriptor descriptor(co_await asio::this_coro::executor,
                                            runtime::sys::dup(fd).release());
  const auto place = waits->waiting_.insert(waits->waiting_.end(), &descriptor);
  const auto [error] = co_await descriptor.async_wait(what, kQuietly);
  waits->waiting_.erase(place);
  // What had happened already when they ended is nobody's any more.
  co_return !error && !waits->over_;
}

asio::awaitable<bool> readable(int fd) { return readable(fd, std::make_shared<Waits>()); }

asio::awaitable<bool> readable(int fd, std::shared_ptr<Waits> waits) {
  return wait_for(fd, asio::posix::descriptor_base::wait_read, std::move(waits));
}

asio::awaitable<bool> urgent(int fd, std::shared_ptr<Waits> waits) {
  return wait_for(fd, asio::posix::descriptor_base::wait_error, std::move(waits));
}

}  // namespace orchestrator::supervisor
