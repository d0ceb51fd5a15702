#include "orchestrator/cli/session.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "runtime/spec/signal.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A signal sent twice is not the same as once, unless it is SIGKILL; every other request describes a state
/// to reach, and so does the end of a foreground stack.
bool may_be_repeated(const state::Request& request) {
  return request.verb != "kill" || request.lease || request.signal.empty() ||
         runtime::signal_number(request.signal) == SIGKILL;
}

/// False once the time is over.
bool wait_readable(int fd, std::optional<std::chrono::milliseconds> limit) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  const int timeout = limit ? static_cast<int>(std::max(*limit, 0ms).count()) : -1;
  const int ready = runtime::sys::retry([&] { return ::poll(&waiting, 1, timeout); });
  if (ready < 0) runtime::sys::throw_errno("poll");
  return ready > 0;
}

}  // namespace

void Session::request(const state::Request& request, std::vector<int> descriptors) {
  last_ = request;
  descriptors_ = std::move(descriptors);
  ++unanswered_;
  // Nobody acts on half a line.
  if (!connection_.send(request, descriptors_)) ask_another();
}

void Session::receive() {
  if (connection_.receive()) return;
  if (connection_.is_turned_away())
    ask_another();
  else
    ask_again();
}

std::optional<state::Event> Session::take() {
  auto event = connection_.take();
  if (event && event->type == state::EventType::done) --unanswered_;
  return event;
}

void Session::leave_and_await_end() {
  const auto end = Clock::now() + 2s;
  const std::vector<runtime::sys::unique_fd> processes = connection_.processes();
  connection_.hang_up();
  for (const runtime::sys::unique_fd& process : processes)
    if (!wait_readable(process.get(), std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now())))
      return;
}

void Session::ask_again() {
  if (last_ && !may_be_repeated(*last_))
    throw std::runtime_error("the supervisor has ended before it could tell whether the " + last_->verb +
                             " was carried out");
  if (last_) last_->again = true;
  ask_another();
}

void Session::ask_another() {
  // A dying supervisor may hang up before it stops listening: a connection that breaks at once is not the
  // next one.
  do connection_ = connect_();
  while (last_ && !connection_.send(*last_, descriptors_));
  unanswered_ = last_ ? 1 : 0;
}

void carry_out(Session& session, const state::Request& request, Progress& progress) {
  session.request(request);
  for (;;) {
    while (const auto event = session.take()) {
      progress.show(*event);
      if (event->type != state::EventType::done) continue;
      progress.settle();
      if (event->status != 0) throw std::runtime_error(event->text);
      return;
    }
    if (wait_readable(session.fd(), progress.next_frame())) session.receive();
    progress.draw_if_due();
  }
}

}  // namespace orchestrator::cli
