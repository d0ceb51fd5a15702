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
#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::cli {
namespace {

using state::Change;

constexpr auto kNextSupervisor = std::chrono::seconds(10);

struct StackIsGone {};

/// To the successor of a supervisor that was killed; whoever has ended with its stack has none. A keeper
/// whose supervisors die one after the other takes its time.
Connection connect_again(const state::ProjectPaths& paths) {
  do {
    if (auto connection = Connection::await(paths, kNextSupervisor)) return std::move(*connection);
  } while (runtime::keeper::has_keeper(paths.runtime));
  throw StackIsGone{};
}

class Events {
 public:
  Events(const Options& options, state::ProjectPaths paths)
      : paths_(std::move(paths)),
        json_(options.flag("json")),
        services_(options.operands()),
        since_(time_of(options, "since")),
        until_(time_of(options, "until")) {}

  /// What is written down and was not told yet: since the time asked for, or since a supervisor was killed.
  void catch_up() {
    ahead_.clear();
    const std::vector<Change> written = state::load_changes(paths_);
    const auto last = std::find(written.rbegin(), written.rend(), last_);
    for (auto next = last.base(); next != written.end(); ++next) {
      const bool is_younger = last != written.rend() || next->at_ns > last_.at_ns;
      const bool is_asked_for = next->at_ns >= since_.value_or(0) && (!until_ || next->at_ns < *until_);
      if (is_younger && is_asked_for) ahead_.push_back(*next);
    }
    for (const Change& change : ahead_) tell(change);
  }

  /// Another supervisor: it begins with what is.
  void begin_anew() { is_new_ = true; }

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
    return text ? std::optional(moment(*text, now_ns(), name)) : std::nullopt;
  }

  void handle(const state::Event& event) {
    if (event.type == state::EventType::instance) handle_present(event.instance.value());
    if (event.type == state::EventType::change) handle_change(event.change.value());
    if (event.type == state::EventType::warning) fmt::print(stderr, "note: {}\n", event.text);
  }

  void handle_present(const state::Instance& instance) {
    // From here on everything is told by this supervisor; what the others had told nobody is in the file.
    if (std::exchange(is_new_, false)) {
      if (since_ || has_listened_)
        catch_up();
      else
        last_.at_ns = now_ns();
      has_listened_ = true;
    }
    // Whoever asks for the past knows how everything came to be what it is.
    if (!since_) print(present_state(instance, now_ns()));
  }

  void handle_change(const Change& change) {
    const auto known = std::find(ahead_.begin(), ahead_.end(), change);
    if (known != ahead_.end())
      ahead_.erase(ahead_.begin(), known + 1);
    else
      tell(change);
  }

  void tell(const Change& change) {
    print(change);
    last_ = change;
  }

  void print(const Change& change) {
    const bool wanted =
        services_.empty() || std::find(services_.begin(), services_.end(), change.service) != services_.end();
    if (wanted) fmt::print("{}", json_ ? json_line(change) : event_text(change));
  }

  state::ProjectPaths paths_;
  bool json_;
  std::vector<std::string> services_;
  std::optional<std::int64_t> since_;
  std::optional<std::int64_t> until_;
  Change last_{};                ///< that was told
  std::vector<Change> ahead_{};  ///< told from the file; the supervisor may tell them as well
  bool is_new_ = true;           ///< the supervisor that is listened to: nothing has come from it yet
  bool has_listened_ = false;
};

}  // namespace

int events(const Options& options) {
  const Target target = target_of(options);
  const std::vector<state::Instance> instances = state::load_instances(target.paths);
  (void)of_services(instances, options.operands(), target.services);
  Events events(options, target.paths);
  if (options.text("since")) events.catch_up();
  if (events.is_over()) return 0;
  if (instances.empty()) throw std::runtime_error("there is nothing to listen to: nothing was started");
  Session session([&target, &events, first = true]() mutable {
    events.begin_anew();
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
