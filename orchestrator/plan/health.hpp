// Decides only: when a health check is due and what its result means. Semantics: Compose Specification,
// "healthcheck", and Docker's reference, HEALTHCHECK.
#pragma once

#include <chrono>

namespace orchestrator::plan {

struct HealthTimes {
  std::chrono::nanoseconds interval = std::chrono::seconds(30);
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);
  std::chrono::nanoseconds start_period{0};
  std::chrono::nanoseconds start_interval = std::chrono::seconds(5);
  int retries = 3;
  bool eager = true;  ///< ours: extra probes while starting, of which only a success counts
  friend bool operator==(const HealthTimes&, const HealthTimes&) = default;
};

enum class HealthState { starting, healthy, unhealthy };

/// The health of one incarnation. Times are on one monotonic clock; the incarnation started at `started`.
class HealthMachine {
 public:
  using Time = std::chrono::nanoseconds;

  HealthMachine(const HealthTimes& times, Time started);

  [[nodiscard]] HealthState state() const { return state_; }
  /// When the next probe is due.
  [[nodiscard]] Time next_probe() const;
  /// The probe that was due has ended at `now`; a time-out is a failure.
  void probed(Time now, bool success);

 private:
  [[nodiscard]] Time scheduled_distance(Time from) const;

  HealthTimes times_;
  Time started_;
  HealthState state_ = HealthState::starting;
  Time scheduled_;       ///< the next probe of the documented schedule
  Time eager_;           ///< the next extra probe; Time::max() when there are no more
  Time eager_distance_;  ///< doubles
  int failures_ = 0;     ///< in a row, counted ones only
};

}  // namespace orchestrator::plan
