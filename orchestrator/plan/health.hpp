// Decides only: when a health check is due and what its result means. Semantics: Compose Specification,
// "healthcheck", and Docker's reference, HEALTHCHECK.
#pragma once

#include <chrono>
#include <optional>

#include "orchestrator/project/project.hpp"

namespace orchestrator::plan {

struct HealthTimes {
  std::chrono::nanoseconds interval = std::chrono::seconds(30);  ///< from the end of one probe to the next
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);
  std::chrono::nanoseconds start_period{0};
  std::chrono::nanoseconds start_interval = std::chrono::seconds(5);
  int retries = 3;
  bool eager = true;  ///< ours: extra probes while starting, of which only a success counts
  friend bool operator==(const HealthTimes&, const HealthTimes&) = default;
};
/// What is not given, or 0, is the default.
HealthTimes health_times_of(const project::Service& service);
/// True where the service asks for probes: a test or a native probe that is not switched off.
bool has_health_check(const project::Service& service);

enum class HealthState { starting, healthy, unhealthy };

/// The health of one incarnation. Times are on one monotonic clock; the incarnation started at `started`.
class HealthMachine {
 public:
  using Time = std::chrono::nanoseconds;

  HealthMachine(const HealthTimes& times, Time started);
  /// Taken over at `now` from another supervisor that knew this.
  HealthMachine(const HealthTimes& times, Time started, HealthState known, int failures, Time now);

  [[nodiscard]] HealthState state() const { return state_; }
  /// In a row, those that count: `retries` of them make it unhealthy.
  [[nodiscard]] int failures() const { return failures_; }
  /// When the next probe is due.
  [[nodiscard]] Time next_probe() const;
  /// A probe has run; a time-out is a failure. `provisional`: a script is still preparing what is to run
  /// here. It may have started the program for itself alone, as images of databases do to fill them, so the
  /// success of an extra probe counts when it has held for a while.
  void probed(Time began, Time ended, bool success, bool provisional = false);
  /// The container has printed something: while it starts, that is when it may have become ready.
  void spoke(Time now);
  /// It was paused until now; nothing was probed meanwhile.
  void resumed(Time now);

 private:
  [[nodiscard]] Time scheduled_distance(Time from) const;
  [[nodiscard]] bool in_start_period(Time at) const { return at < started_ + times_.start_period; }
  void begin_eager(Time from);
  void delay_eager(Time began, Time ended);
  void count_failure(Time began);
  [[nodiscard]] bool holds(Time began, bool success);

  HealthTimes times_;
  Time started_;
  HealthState state_ = HealthState::starting;
  Time scheduled_;                    ///< the next probe of the documented schedule
  Time eager_ = Time::max();          ///< the next extra probe; Time::max() when there is none
  Time eager_distance_{0};            ///< doubles
  Time echo_until_ = Time::min();     ///< what is printed before may be the last probe's own doing
  Time after_echo_ = Time::min();     ///< when the next extra probe is due for such output
  std::optional<Time> good_since_{};  ///< provisional successes in a row
  int failures_ = 0;
};

}  // namespace orchestrator::plan
