// When probes are due and what their results mean.
#include "orchestrator/plan/health.hpp"

#include <gtest/gtest.h>

namespace orchestrator::plan {
namespace {

using namespace std::chrono_literals;

const HealthTimes kPlain{.interval = 10s, .retries = 3, .eager = false};

TEST(Health, FirstProbeIsDueAfterOneInterval) { EXPECT_EQ(HealthMachine(kPlain, 5s).next_probe(), 15s); }

TEST(Health, OneSuccessIsHealthy) {
  HealthMachine health(kPlain, 0s);
  health.probed(10s, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_EQ(health.next_probe(), 20s);
}

TEST(Health, OnlyRetriesFailuresInARowAreUnhealthy) {
  HealthMachine health(kPlain, 0s);
  health.probed(10s, false);
  health.probed(20s, false);
  EXPECT_EQ(health.state(), HealthState::starting);
  health.probed(30s, true);
  health.probed(40s, false);
  health.probed(50s, false);
  EXPECT_EQ(health.state(), HealthState::healthy);
  health.probed(60s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
  health.probed(70s, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
}

TEST(Health, FailuresInTheStartPeriodDoNotCount) {
  HealthMachine health(
      {.interval = 10s, .start_period = 25s, .start_interval = 2s, .retries = 1, .eager = false}, 0s);
  EXPECT_EQ(health.next_probe(), 2s);
  health.probed(2s, false);
  health.probed(24s, false);
  EXPECT_EQ(health.state(), HealthState::starting);
  health.probed(26s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
}

TEST(Health, EagerProbesComeEarlyAndDouble) {
  HealthMachine health({.interval = 10s}, 0s);
  EXPECT_EQ(health.next_probe(), 50ms);
  health.probed(50ms, false);
  EXPECT_EQ(health.next_probe(), 150ms);
  health.probed(150ms, false);
  EXPECT_EQ(health.next_probe(), 350ms);
}

TEST(Health, EagerFailuresNeverMakeUnhealthy) {
  HealthMachine health({.interval = 10s, .retries = 1}, 0s);
  while (health.next_probe() < 10s) health.probed(health.next_probe(), false);
  EXPECT_EQ(health.state(), HealthState::starting);
  health.probed(10s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
}

TEST(Health, EagerProbesEndWithTheFirstSuccess) {
  HealthMachine health({.interval = 10s}, 0s);
  health.probed(50ms, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_EQ(health.next_probe(), 10s + 50ms);
}

TEST(Health, ShortIntervalNeedsNoEagerProbes) {
  EXPECT_EQ(HealthMachine({.interval = 20ms}, 0s).next_probe(), 20ms);
}

}  // namespace
}  // namespace orchestrator::plan
