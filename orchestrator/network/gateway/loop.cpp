#include "orchestrator/network/gateway/loop.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include "runtime/sys/error.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) sys::throw_errno("make an epoll instance");
}

void Loop::run() {
  std::array<epoll_event, 64> events{};
  while (!stopped_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   milliseconds_to_next_timer());
    if (count < 0 && errno != EINTR) sys::throw_errno("wait for events");
    batch_ = std::span(events.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
    for (; !batch_.empty(); batch_ = batch_.subspan(1)) {
      auto* watch = static_cast<Watch*>(batch_.front().data.ptr);
      if (watch == nullptr) continue;
      watch->ready_(batch_.front().events);
      run_later();
    }
    run_due_timers();
  }
}

void Loop::run_later() {
  while (!later_.empty())
    for (const auto& action : std::exchange(later_, {})) action();
}

void Loop::run_due_timers() {
  const auto now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Timer* timer = timers_.begin()->second;
    timer->stop();
    timer->fire_();
    run_later();
  }
}

int Loop::milliseconds_to_next_timer() const {
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
  return left.count() < 0 ? 0 : static_cast<int>(left.count());
}

Watch::Watch(Loop& loop, int fd, std::function<void(std::uint32_t)> ready)
    : loop_(loop), fd_(fd), ready_(std::move(ready)) {}

Watch::~Watch() {
  if (wanted_ != 0) ::epoll_ctl(loop_.epoll_.get(), EPOLL_CTL_DEL, fd_, nullptr);
  forget();
}

void Watch::want(std::uint32_t events) {
  if (events == wanted_) return;
  epoll_event event{.events = events, .data = {.ptr = this}};
  const int operation = wanted_ == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  if (::epoll_ctl(loop_.epoll_.get(), operation, fd_, &event) != 0) sys::throw_errno("watch a descriptor");
  wanted_ = events;
  if (events == 0) forget();
}

/// Events taken from the kernel before, and not yet dealt with, must not reach it any more.
void Watch::forget() noexcept {
  for (epoll_event& event : loop_.batch_)
    if (event.data.ptr == this) event.data.ptr = nullptr;
}

void Timer::start(Clock::duration delay) {
  stop();
  place_ = loop_.timers_.emplace(Clock::now() + delay, this);
  running_ = true;
}

void Timer::stop() {
  if (running_) loop_.timers_.erase(place_);
  running_ = false;
}

}  // namespace orchestrator::network::gateway
