#include "orchestrator/cli/attached_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <tuple>
#include <utility>

#include "orchestrator/cli/observe.hpp"
#include "runtime/attach/accompany.hpp"
#include "runtime/attach/raw_terminal.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::cli {

namespace sys = runtime::sys;

AttachedRun::AttachedRun(state::ProjectPaths paths, Session& session, Progress& progress, Container container)
    : paths_(std::move(paths)),
      session_(session),
      progress_(progress),
      container_(std::move(container)),
      signals_{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGUSR1, SIGUSR2} {}

std::vector<int> AttachedRun::streams() {
  if (container_.terminal) {
    std::tie(console_socket_, console_offer_) = sys::seqpacket_pair();
    return {console_offer_.get()};
  }
  if (container_.input) return {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  nothing_ = sys::open("/dev/null", O_RDONLY);
  return {nothing_.get(), STDOUT_FILENO, STDERR_FILENO};
}

int AttachedRun::run(const state::Request& request) {
  session_.request(request, streams());
  while (!status_) {
    while (const auto event = session_.take()) handle(*event);
    if (status_) break;
    if (started_ && console_socket_) {
      stay_on_terminal();
      console_socket_.reset();
      continue;
    }
    wait();
  }
  return *status_;
}

void AttachedRun::wait() {
  std::array<pollfd, 2> watched{{{.fd = session_.fd(), .events = POLLIN, .revents = 0},
                                 {.fd = signals_.fd(), .events = POLLIN, .revents = 0}}};
  const auto limit = progress_.next_frame();
  const int timeout = limit ? static_cast<int>(limit->count()) : -1;
  if (sys::retry([&] { return ::poll(watched.data(), watched.size(), timeout); }) < 0)
    sys::throw_errno("poll");
  if (watched[1].revents != 0) pass_signals_on();
  if (watched[0].revents != 0) session_.receive();
  progress_.draw_if_due();
}

void AttachedRun::handle(const state::Event& event) {
  switch (event.type) {
    case state::EventType::progress:
    case state::EventType::warning:
      if (!started_) progress_.show(event);
      return;
    case state::EventType::instance:
    case state::EventType::change:
      return;
    case state::EventType::done:
      progress_.settle();
      started_ = event.status == 0;
      if (started_) return;
      fmt::print(stderr, "mdcompose: {}\n", event.text);
      status_ = event.status;
      return;
    case state::EventType::finished:
      status_ = event.status;
  }
}

sys::unique_fd AttachedRun::process() const {
  const std::string boot_id = sys::boot_id();
  for (const state::Instance& instance : state::load_instances(paths_))
    if (instance.id == container_.id && is_alive(instance, boot_id)) return sys::pidfd_open(instance.pid);
  return {};
}

void AttachedRun::pass_signals_on() {
  while (const auto signal = signals_.take()) {
    if (*signal == SIGWINCH) continue;
    const sys::unique_fd pidfd = process();
    // Before there is a process the user gives the whole thing up; hanging up does that.
    if (!pidfd && !started_) {
      status_ = 128 + *signal;
      return;
    }
    if (pidfd) sys::pidfd_send_signal(pidfd.get(), *signal);
  }
}

void AttachedRun::stay_on_terminal() {
  const auto message = sys::receive_message(console_socket_.get());
  if (!message || message->fds.empty()) return;
  const sys::unique_fd pidfd = process();
  if (!pidfd) return runtime::copy_rest(STDOUT_FILENO, message->fds.front().get());
  const runtime::RawTerminal raw(STDIN_FILENO);
  runtime::copy_terminal_size(STDIN_FILENO, message->fds.front().get());
  runtime::stay_on_terminal(pidfd.get(), signals_, STDIN_FILENO, STDOUT_FILENO, message->fds.front().get());
}

}  // namespace orchestrator::cli
