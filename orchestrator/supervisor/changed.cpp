#include "orchestrator/supervisor/changed.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

/// In the list for as long as it waits, whatever ends the wait: also a loop that is destroyed after the
/// list's owner.
class Listed {
 public:
  Listed(std::shared_ptr<std::list<asio::steady_timer*>> list, asio::steady_timer& timer)
      : list_(std::move(list)), place_(list_->insert(list_->end(), &timer)) {}
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { list_->erase(place_); }

 private:
  std::shared_ptr<std::list<asio::steady_timer*>> list_;
  std::list<asio::steady_timer*>::iterator place_;
};

}  // namespace

void Changed::notify() {
  for (asio::steady_timer* timer : *waiting_) timer->cancel();
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

asio::awaitable<bool> readable(int fd) {
  asio::posix::stream_descriptor descriptor(co_await asio::this_coro::executor,
                                            runtime::sys::dup(fd).release());
  const auto [error] = co_await descriptor.async_wait(asio::posix::descriptor_base::wait_read, kQuietly);
  co_return !error;
}

}  // namespace orchestrator::supervisor
