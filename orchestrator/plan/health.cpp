#include "orchestrator/plan/health.hpp"

#include <algorithm>

namespace orchestrator::plan {
namespace {

using Time = HealthMachine::Time;

constexpr Time kNever = Time::max();
constexpr Time kFirstEager = std::chrono::milliseconds(50);
/// What a chatty program costs: at most ten extra probes a second.
constexpr Time kAfterOutput = std::chrono::milliseconds(100);
/// What a probe itself makes a program say, such as "access denied", may not lead to the next one for ever:
/// after such output the wait is a tenth of the time since the start.
constexpr int kEchoPart = 10;

/// Longer than a server lives, most often, that a script has started to fill a database.
constexpr Time kHolds = std::chrono::seconds(2);

void take(const std::optional<project::Duration>& given, Time& into) {
  if (given && given->count() > 0) into = *given;
}

}  // namespace

HealthTimes health_times_of(const project::Service& service) {
  HealthTimes times{.eager = service.eager_probes.value_or(true)};
  if (!service.healthcheck) return times;
  const project::HealthCheck& check = *service.healthcheck;
  take(check.interval, times.interval);
  take(check.timeout, times.timeout);
  take(check.start_period, times.start_period);
  take(check.start_interval, times.start_interval);
  if (check.retries && *check.retries > 0) times.retries = *check.retries;
  return times;
}

bool has_health_check(const project::Service& service) {
  if (service.healthcheck && service.healthcheck->disable) return false;
  if (service.probe) return true;
  if (!service.healthcheck) return false;
  const project::Strings& test = service.healthcheck->test;
  return test.size() > 1 && (test[0] == "CMD" || test[0] == "CMD-SHELL");
}

HealthMachine::HealthMachine(const HealthTimes& times, Time started)
    : times_(times), started_(started), scheduled_(started + scheduled_distance(started)) {
  begin_eager(started);
}

HealthMachine::HealthMachine(const HealthTimes& times, Time started, HealthState known, int failures,
                             Time now)
    : times_(times),
      started_(started),
      state_(known),
      scheduled_(now + scheduled_distance(now)),
      failures_(failures) {
  begin_eager(now);
}

/// Docker's: the end of the start period is looked at at once, a start interval counts only before.
Time HealthMachine::scheduled_distance(Time from) const {
  if (!in_start_period(from)) return times_.interval;
  const Time left = started_ + times_.start_period - from;
  if (left < times_.interval) return left;
  return state_ == HealthState::starting ? times_.start_interval : times_.interval;
}

void HealthMachine::begin_eager(Time from) {
  if (!times_.eager || state_ != HealthState::starting) return;
  eager_distance_ = kFirstEager;
  eager_ = from + kFirstEager;
}

Time HealthMachine::next_probe() const { return std::min(scheduled_, eager_); }

/// A probe that takes a second of processor time must not slow down the start it waits for: extra ones never
/// take more than half the time.
void HealthMachine::delay_eager(Time began, Time ended) {
  const Time length = ended - began;
  echo_until_ = ended + std::max(kAfterOutput, length);
  after_echo_ = std::max(echo_until_, ended + (ended - started_) / kEchoPart);
  if (eager_ == kNever) return;
  eager_distance_ = std::min(2 * eager_distance_, times_.interval);
  // From there on the schedule itself is as frequent.
  eager_ = eager_distance_ >= times_.interval ? kNever : ended + std::max(eager_distance_, length);
}

bool HealthMachine::holds(Time began, bool success) {
  if (!success)
    good_since_.reset();
  else if (!good_since_)
    good_since_ = began;
  return good_since_ && began - *good_since_ >= kHolds;
}

void HealthMachine::probed(Time began, Time ended, bool success, bool provisional) {
  const bool extra = began < scheduled_;
  const bool holds_out = holds(began, success);
  if (success && extra && provisional && !holds_out && state_ == HealthState::starting) {
    eager_distance_ = kAfterOutput;
    return delay_eager(began, ended);
  }
  if (success) {
    state_ = HealthState::healthy;
    failures_ = 0;
    eager_ = kNever;
  } else if (!extra) {
    count_failure(began);
  }
  delay_eager(began, ended);
  if (!extra || success) scheduled_ = ended + scheduled_distance(ended);
}

void HealthMachine::count_failure(Time began) {
  if (state_ == HealthState::starting && in_start_period(began)) return;
  if (++failures_ < times_.retries) return;
  state_ = HealthState::unhealthy;
  eager_ = kNever;
}

void HealthMachine::spoke(Time now) {
  if (!times_.eager || state_ != HealthState::starting) return;
  const bool may_be_echo = now < echo_until_;
  eager_ = std::min(eager_, may_be_echo ? after_echo_ : now);
  if (!may_be_echo) eager_distance_ = kAfterOutput / 2;  // doubles before it counts
}

void HealthMachine::resumed(Time now) {
  scheduled_ = now + scheduled_distance(now);
  begin_eager(now);
}

}  // namespace orchestrator::plan
