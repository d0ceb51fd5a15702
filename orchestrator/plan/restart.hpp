// Decides only: whether an instance that has ended runs again, and when. The supervisor keeps the clock.
#pragma once

#include <chrono>
#include <string>

#include "orchestrator/project/project.hpp"

namespace orchestrator::plan {

/// `restart:` of the Compose Specification.
enum class RestartCondition { no, always, on_failure, unless_stopped };
struct RestartPolicy {
  RestartCondition condition = RestartCondition::no;
  int max_retries = 0;  ///< on-failure:N; 0: without bound
  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};
/// "no", "always", "on-failure", "on-failure:3", "unless-stopped". The loader has checked the words.
RestartPolicy parse_restart(const std::string& text);

/// `restart:`, or deploy.restart_policy where that is not given.
RestartPolicy restart_policy_of(const project::Service& service);

/// What is known about an instance's recent ends; lives in memory and is rebuilt as "no failures" on
/// adoption.
struct RestartHistory {
  int failures = 0;  ///< ends in a row, without a long life or a healthy moment in between
  friend bool operator==(const RestartHistory&, const RestartHistory&) = default;
};

/// The history after an incarnation that lived for `lived` and ended with `code`.
RestartHistory after_end(RestartHistory history, std::chrono::nanoseconds lived, bool was_healthy);

/// Whether the policy starts it again, with `failures` counting this end. A user's stop is asked about
/// elsewhere.
bool wants_restart(const RestartPolicy& policy, int exit_code, const RestartHistory& history);

/// How long to wait first: 200 ms, doubled for every failure in a row, at most 30 s, times `jitter` in [0.5,
/// 1). From the first failure on, so that a service that cannot start never spins.
std::chrono::nanoseconds restart_delay(const RestartHistory& history, double jitter);

}  // namespace orchestrator::plan
