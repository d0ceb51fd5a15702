#include "orchestrator/plan/health.hpp"

#include <algorithm>

namespace orchestrator::plan {
namespace {

constexpr HealthMachine::Time kNever = HealthMachine::Time::max();
constexpr HealthMachine::Time kFirstEager = std::chrono::milliseconds(50);

}  // namespace

HealthMachine::HealthMachine(const HealthTimes& times, Time started)
    : times_(times),
      started_(started),
      scheduled_(started + scheduled_distance(started)),
      eager_(times.eager && kFirstEager < scheduled_distance(started) ? started + kFirstEager : kNever),
      eager_distance_(kFirstEager) {}

HealthMachine::Time HealthMachine::scheduled_distance(Time from) const {
  const bool warming_up = state_ == HealthState::starting && from < started_ + times_.start_period;
  return warming_up ? std::min(times_.start_interval, times_.interval) : times_.interval;
}

HealthMachine::Time HealthMachine::next_probe() const { return std::min(scheduled_, eager_); }

void HealthMachine::probed(Time now, bool success) {
  const bool extra = eager_ < scheduled_;
  if (extra) {
    eager_distance_ = std::min(eager_distance_ * 2, scheduled_distance(now));
    eager_ = now + eager_distance_;
  } else {
    scheduled_ = now + scheduled_distance(now);
  }
  if (success) {
    state_ = HealthState::healthy;
    failures_ = 0;
    eager_ = kNever;
    scheduled_ = now + times_.interval;
    return;
  }
  const bool forgiven = state_ == HealthState::starting && now < started_ + times_.start_period;
  if (extra || forgiven) return;
  if (++failures_ < times_.retries) return;
  state_ = HealthState::unhealthy;
  eager_ = kNever;
}

}  // namespace orchestrator::plan
