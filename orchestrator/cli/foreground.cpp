#include "orchestrator/cli/foreground.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "orchestrator/cli/clock.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using state::EventType;
using state::Phase;

/// docker compose's status for every command that a signal has ended.
constexpr int kInterrupted = 130;

bool has_ended(const state::Instance& instance) {
  const Phase phase = instance.phase;
  return instance.exit && (phase == Phase::exited || phase == Phase::restarting || phase == Phase::dead);
}

std::string how_it_ended(const state::Instance& instance) {
  const state::Exit& exit = *instance.exit;
  return fmt::format(" exited with code {}{}{}", exit.lost ? "unknown" : std::to_string(exit.code),
                     exit.oom_killed ? " (out of memory)" : "",
                     instance.phase == Phase::restarting ? " (restarting)" : "");
}

}  // namespace

Foreground::Foreground(state::ProjectPaths paths, Session& session, Progress& progress, LogFollower& output,
                       std::function<bool(const std::string& service)> attached)
    : paths_(std::move(paths)),
      session_(session),
      progress_(progress),
      output_(output),
      attached_(std::move(attached)),
      signals_{SIGINT, SIGTERM, SIGHUP},
      began_ns_(now_ns()) {}

int Foreground::run(const state::Request& up) {
  up_ = up;
  session_.request(up);
  while (!over_) {
    wait();
    while (const auto event = session_.take()) handle(*event);
  }
  show_output();
  progress_.settle();
  if (!failure_.empty()) throw std::runtime_error(failure_);
  return interruptions_ > 0 ? kInterrupted : status_;
}

void Foreground::wait() {
  std::array<pollfd, 3> watched{{{.fd = session_.fd(), .events = POLLIN, .revents = 0},
                                 {.fd = signals_.fd(), .events = POLLIN, .revents = 0},
                                 {.fd = output_.fd(), .events = POLLIN, .revents = 0}}};
  const auto limit = output_.has_news() ? std::optional(0ms) : progress_.next_frame();
  const int timeout = limit ? static_cast<int>(limit->count()) : -1;
  if (runtime::sys::retry([&] { return ::poll(watched.data(), watched.size(), timeout); }) < 0)
    runtime::sys::throw_errno("poll");
  if (watched[1].revents != 0) handle_signal();
  if (watched[2].revents != 0) show_output();
  if (watched[0].revents != 0) session_.receive();
  progress_.draw_if_due();
}

void Foreground::handle(const state::Event& event) {
  switch (event.type) {
    case EventType::progress:
    case EventType::warning:
      if (!is_told_otherwise(event)) progress_.show(event);
      return;
    case EventType::change:
      return;
    case EventType::instance:
      return handle_instance(event.instance.value());
    case EventType::done:
      return handle_done(event);
    case EventType::finished:
      status_ = event.status;
      over_ = true;
  }
}

bool Foreground::is_told_otherwise(const state::Event& event) const {
  constexpr std::array<std::string_view, 4> kLife{"Exited", "Starting", "Started", "Healthy"};
  const bool life = std::find(kLife.begin(), kLife.end(), event.action) != kLife.end();
  return started_ && life;
}

void Foreground::handle_done(const state::Event& event) {
  if (interruptions_ > 0 || !failure_.empty()) {
    over_ = over_ || session_.unanswered() == 0;
    return;
  }
  progress_.settle();
  if (event.status != 0) {
    failure_ = event.text;
    return stop("stop");
  }
  started_ = true;
  for (const state::Instance& instance : state::load_instances(paths_))
    if (attached_(instance.service)) output_.add(instance);
  show_output();
}

void Foreground::handle_instance(const state::Instance& instance) {
  if (!attached_(instance.service)) return;
  output_.add(instance);
  std::int64_t& told = told_ends_.try_emplace(instance.id, began_ns_).first->second;
  if (!has_ended(instance) || instance.finished_ns <= told) return;
  told = instance.finished_ns;
  // The supervisor tells of an end when the last line is in the log: it is shown before the end is.
  show_output();
  output_.remark(instance, how_it_ended(instance));
}

void Foreground::handle_signal() {
  while (signals_.take()) {
    if (interruptions_ == 0) {
      progress_.settle();
      fmt::print(stderr, "Stopping; press Ctrl-C again to kill\n");
      stop("stop");
    } else if (interruptions_ == 1) {
      stop("kill");
    } else {
      over_ = true;  // who insists a third time does not wait for the rest
    }
    ++interruptions_;
  }
}

void Foreground::stop(const std::string& verb) {
  state::Request request{.verb = verb, .lease = true};
  if (verb == "kill") request.signal = "KILL";
  request.timeout = up_.timeout;
  session_.request(request);
}

void Foreground::show_output() {
  if (!output_.has_news()) return;
  progress_.settle();
  output_.print();
}

}  // namespace orchestrator::cli
