// Decides only: whether an instance that has ended runs again, and when. The supervisor keeps the clocks.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "orchestrator/project/project.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::plan {

using state::RestartHistory;

/// `restart:` of the Compose Specification.
enum class RestartCondition { no, always, on_failure, unless_stopped };
struct RestartPolicy {
  RestartCondition condition = RestartCondition::no;
  int max_retries = 0;  ///< on-failure:N, max_attempts; 0: without bound
  /// Always this long, instead of a back-off that begins with a fraction of a second and doubles.
  std::optional<std::chrono::nanoseconds> delay{};
  /// A life of this length is a success, after which counting starts anew.
  std::optional<std::chrono::nanoseconds> window{};
  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};
/// "no", "always", "on-failure", "on-failure:3", "unless-stopped". The loader has checked the words.
RestartPolicy parse_restart(const std::string& text);

/// `deploy.restart_policy`, which wins as in docker compose, or `restart:`.
RestartPolicy restart_policy_of(const project::Service& service);

/// True for exit code 0 and those the service calls a success; never where nobody knows the code.
bool is_success(const project::Service& service, const state::Exit& exit);
/// It has ended well by itself, also if somebody has stopped everything since.
bool is_done(const project::Service& service, const state::Instance& instance);

/// How an incarnation ended, as far as it matters for what follows.
struct End {
  std::chrono::nanoseconds at{0};  ///< CLOCK_BOOTTIME
  std::chrono::nanoseconds lived{0};
  bool was_healthy = false;  ///< at any time
  bool success = false;
};

/// The history after this end: another failure in a row, or the first one after a good life.
RestartHistory after_end(const RestartPolicy& policy, RestartHistory history, const End& end);
/// How long an incarnation has to live before its failures are forgotten.
std::chrono::nanoseconds settling_time(const RestartPolicy& policy, const RestartHistory& history);

/// Whether the policy starts it again, with `history` counting this end. A user's stop is asked about
/// elsewhere.
bool wants_restart(const RestartPolicy& policy, bool success, const RestartHistory& history);

/// How long to wait first: 200 ms, doubled for every failure in a row, at most 30 s, times `jitter` in [0.5,
/// 1). From the first failure on, so that a service that cannot start never spins.
std::chrono::nanoseconds restart_delay(const RestartPolicy& policy, const RestartHistory& history,
                                       double jitter);

/// What can be had again by waiting: memory, descriptors, space. Anything else that keeps a container from
/// starting is wrong in the stack file or the image, and stays wrong.
bool is_transient(int error);

/// A project starts at most 20 incarnations again in one go and 2 a second in the long run, so that a stack
/// in which everything fails does not take the machine with it.
class RestartBudget {
 public:
  using Time = std::chrono::nanoseconds;
  /// When the one who asks now may start; his place is taken.
  Time reserve(Time now);

 private:
  Time used_until_{0};
};

}  // namespace orchestrator::plan
