// `events`: what is, then every change, told by the supervisor; earlier ones from what is written down.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <utility>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/event_text.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/moment.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/reach.hpp"
#include "orchestrator/cli/stack.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::cli {
namespace {

using state::Change;

constexpr auto kNextSupervisor = std::chrono::seconds(10);

struct StackIsGone {};

/// To the successor of a supervisor that was killed; whoever has ended with its stack has none.
Connection connect_again(const state::ProjectPaths& paths) {
  if (auto connection = Connection::await(paths, kNextSupervisor)) return std::move(*connection);
  throw StackIsGone{};
}

class Events {
 public:
  explicit Events(const Options& options)
      : json_(options.flag("json")),
        services_(options.operands()),
        since_(time_of(options, "since")),
        until_(time_of(options, "until")) {}

  void print_past(const state::ProjectPaths& paths) {
    if (!since_) return;
    for (const Change& change : state::load_changes(paths))
      if (change.at_ns >= *since_ && (!until_ || change.at_ns < *until_)) print(change);
  }

  [[nodiscard]] bool is_over() const { return until_ && now_ns() >= *until_; }

  void follow(Session& session) {
    session.request({.verb = "events"});
    while (!is_over()) {
      while (const auto event = session.take()) handle(*event);
      std::fflush(stdout);
      pollfd watched{.fd = session.fd(), .events = POLLIN, .revents = 0};
      const int ready = runtime::sys::retry(
          [&] { return ::poll(&watched, 1, milliseconds_until(until_.value_or(kNever))); });
      if (ready < 0) runtime::sys::throw_errno("poll");
      if (ready > 0) session.receive();
    }
  }

 private:
  static std::optional<std::int64_t> time_of(const Options& options, const char* name) {
    const auto text = options.text(name);
    return text ? std::optional(moment(*text, now_ns(), std::string("--") + name)) : std::nullopt;
  }

  void handle(const state::Event& event) {
    // Whoever asks for the past knows how everything came to be what it is.
    if (event.type == state::EventType::instance && !since_)
      print(present_state(event.instance.value(), now_ns()));
    if (event.type == state::EventType::change) print(event.change.value());
    if (event.type == state::EventType::warning) fmt::print(stderr, "note: {}\n", event.text);
  }

  void print(const Change& change) {
    const bool wanted =
        services_.empty() || std::find(services_.begin(), services_.end(), change.service) != services_.end();
    if (wanted) fmt::print("{}", json_ ? json_line(change) : event_text(change));
  }

  bool json_;
  std::vector<std::string> services_;
  std::optional<std::int64_t> since_;
  std::optional<std::int64_t> until_;
};

}  // namespace

int events(const Options& options) {
  const Target target = target_of(options);
  const std::vector<state::Instance> instances = state::load_instances(target.paths);
  (void)of_services(instances, options.operands(), target.services);
  Events events(options);
  events.print_past(target.paths);
  if (events.is_over()) return 0;
  if (instances.empty()) throw std::runtime_error("there is nothing to listen to: nothing was started");
  Session session([&target, first = true]() mutable {
    if (std::exchange(first, false)) return connect(target.roots, target.paths);
    return connect_again(target.paths);
  });
  try {
    events.follow(session);
  } catch (const StackIsGone&) {
    // Everything has been told.
  }
  return 0;
}

}  // namespace orchestrator::cli
