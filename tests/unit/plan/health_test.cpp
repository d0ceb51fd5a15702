// When probes are due and what their results mean.
#include "orchestrator/plan/health.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orchestrator::plan {
namespace {

using namespace std::chrono_literals;
using Time = HealthMachine::Time;

const HealthTimes kPlain{.interval = 10s, .retries = 3, .eager = false};

/// Probes that take no time.
void probe(HealthMachine& health, Time at, bool success) { health.probed(at, at, success); }

/// When probes run that all fail, each taking `length`.
std::vector<Time> schedule(HealthMachine health, std::size_t count, Time length = 0s) {
  std::vector<Time> times;
  while (times.size() < count) {
    const Time due = health.next_probe();
    times.push_back(due);
    health.probed(due, due + length, false);
  }
  return times;
}

TEST(HealthSchedule, FirstProbeIsDueAfterOneInterval) {
  EXPECT_EQ(HealthMachine(kPlain, 5s).next_probe(), 15s);
}

TEST(HealthSchedule, TheIntervalCountsFromTheEndOfAProbe) {
  EXPECT_EQ(schedule(HealthMachine(kPlain, 0s), 3, 4s), (std::vector<Time>{10s, 24s, 38s}));
}

TEST(HealthSchedule, TheEndOfTheStartPeriodIsLookedAtAtOnce) {
  const HealthTimes times{.interval = 10s, .start_period = 14s, .start_interval = 3s, .eager = false};
  EXPECT_EQ(schedule(HealthMachine(times, 0s), 4), (std::vector<Time>{3s, 6s, 14s, 24s}));
}

TEST(HealthSchedule, AStartPeriodShorterThanTheIntervalIsTheFirstDistance) {
  const HealthTimes times{.interval = 30s, .start_period = 10s, .start_interval = 1s, .eager = false};
  EXPECT_EQ(schedule(HealthMachine(times, 0s), 2), (std::vector<Time>{10s, 40s}));
}

TEST(HealthSchedule, OnceHealthyTheStartIntervalIsOver) {
  HealthMachine health({.interval = 10s, .start_period = 60s, .start_interval = 2s, .eager = false}, 0s);
  probe(health, 2s, true);
  EXPECT_EQ(health.next_probe(), 12s);
}

TEST(HealthSchedule, NothingIsProbedWhilePaused) {
  HealthMachine health(kPlain, 0s);
  health.resumed(100s);
  EXPECT_EQ(health.next_probe(), 110s);
}

TEST(Health, OneSuccessIsHealthy) {
  HealthMachine health(kPlain, 0s);
  probe(health, 10s, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_EQ(health.next_probe(), 20s);
}

TEST(Health, OnlyRetriesFailuresInARowAreUnhealthy) {
  HealthMachine health(kPlain, 0s);
  probe(health, 10s, false);
  probe(health, 20s, false);
  EXPECT_EQ(health.state(), HealthState::starting);
  probe(health, 30s, true);
  probe(health, 40s, false);
  probe(health, 50s, false);
  EXPECT_EQ(health.state(), HealthState::healthy);
  probe(health, 60s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
  probe(health, 70s, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
}

TEST(Health, FailuresInTheStartPeriodDoNotCount) {
  HealthMachine health(
      {.interval = 10s, .start_period = 25s, .start_interval = 2s, .retries = 1, .eager = false}, 0s);
  probe(health, 2s, false);
  // What counts is when the probe began.
  health.probed(24s, 26s, false);
  EXPECT_EQ(health.state(), HealthState::starting);
  probe(health, 36s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
}

TEST(Health, ASuccessInTheStartPeriodEndsItsForgiveness) {
  HealthMachine health({.interval = 2s, .start_period = 25s, .retries = 1, .eager = false}, 0s);
  probe(health, 5s, true);
  probe(health, 7s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
}

TEST(Health, TakenOverItIsWhatItWas) {
  HealthMachine health(kPlain, 0s, HealthState::healthy, 2, 100s);
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_EQ(health.next_probe(), 110s);
  probe(health, 110s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
}

TEST(EagerProbes, ComeEarlyAndDoubleUpToTheInterval) {
  EXPECT_EQ(schedule(HealthMachine({.interval = 400ms, .retries = 100}, 0s), 6),
            (std::vector<Time>{50ms, 150ms, 350ms, 400ms, 800ms, 1200ms}));
}

TEST(EagerProbes, NeverTakeMoreThanHalfOfTheTime) {
  EXPECT_EQ(schedule(HealthMachine({.interval = 60s}, 0s), 3, 1s), (std::vector<Time>{50ms, 2050ms, 4050ms}));
}

TEST(EagerProbes, TheirFailuresNeverMakeUnhealthy) {
  HealthMachine health({.interval = 10s, .retries = 1}, 0s);
  while (health.next_probe() < 10s) probe(health, health.next_probe(), false);
  EXPECT_EQ(health.state(), HealthState::starting);
  probe(health, 10s, false);
  EXPECT_EQ(health.state(), HealthState::unhealthy);
}

TEST(EagerProbes, EndWithTheFirstSuccess) {
  HealthMachine health({.interval = 10s}, 0s);
  probe(health, 50ms, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_EQ(health.next_probe(), 10s + 50ms);
}

TEST(EagerProbes, OneComesWhenTheContainerPrintsSomething) {
  HealthMachine health({.interval = 60s}, 0s);
  while (health.next_probe() < 10s) probe(health, health.next_probe(), false);
  health.spoke(12s);
  EXPECT_EQ(health.next_probe(), 12s);
  // And others soon after: what it printed may be that it is about to be ready.
  probe(health, 12s, false);
  EXPECT_EQ(health.next_probe(), 12s + 100ms);
}

TEST(EagerProbes, AChattyContainerDoesNotGetMoreThanTenASecond) {
  HealthMachine health({.interval = 60s}, 0s);
  probe(health, 50ms, false);
  health.spoke(51ms);
  EXPECT_EQ(health.next_probe(), 150ms);
  std::size_t probes = 0;
  for (Time now = 1s; now < 3s; now += 10ms) {
    health.spoke(now);
    if (health.next_probe() > now) continue;
    probe(health, now, false);
    ++probes;
  }
  EXPECT_EQ(probes, 20U);
}

TEST(EagerProbes, WhatProbesThemselvesMakeItSayDoesNotLeadToEverMoreOfThem) {
  HealthMachine health({.interval = 60s}, 0s);
  std::size_t probes = 0;
  for (Time now = health.next_probe(); now < 50s; now = health.next_probe(), ++probes) {
    probe(health, now, false);
    health.spoke(now + 1ms);  // "access denied"
  }
  EXPECT_GT(probes, 20U);
  EXPECT_LT(probes, 60U);
}

TEST(EagerProbes, WhatItSaysAfterAnEchoCountsAtOnce) {
  HealthMachine health({.interval = 60s}, 0s);
  while (health.next_probe() < 20s) probe(health, health.next_probe(), false);
  health.spoke(20s);
  probe(health, 20s, false);
  health.spoke(20s + 1ms);
  EXPECT_EQ(health.next_probe(), 20s + 100ms);
  probe(health, 20s + 100ms, false);
  health.spoke(20s + 101ms);
  health.spoke(20s + 250ms);
  EXPECT_EQ(health.next_probe(), 20s + 250ms);
}

TEST(EagerProbes, ASuccessCountsWhileAScriptPreparesOnlyWhenItHolds) {
  HealthMachine health({.interval = 60s}, 0s);
  const auto probe_script = [&](bool success) {
    const Time now = health.next_probe();
    health.probed(now, now, success, true);
    return now;
  };
  probe_script(true);  // a server for the script alone
  while (health.next_probe() < 1s) probe_script(true);
  EXPECT_EQ(health.state(), HealthState::starting);
  const Time gone = probe_script(false);
  Time now = gone;
  while (now < 50s && health.state() == HealthState::starting) now = probe_script(true);
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_GE(now, gone + 2s);
  EXPECT_LT(now, gone + 4s);
}

TEST(EagerProbes, ASuccessCountsAtOnceWhenTheScriptHasBecomeTheProgram) {
  HealthMachine health({.interval = 60s}, 0s);
  health.probed(50ms, 50ms, true, true);
  health.probed(health.next_probe(), health.next_probe(), true, false);
  EXPECT_EQ(health.state(), HealthState::healthy);
}

TEST(HealthSchedule, CountsWhateverAScriptPrepares) {
  HealthMachine health({.interval = 1s, .eager = false}, 0s);
  health.probed(1s, 1s, true, true);
  EXPECT_EQ(health.state(), HealthState::healthy);
}

TEST(EagerProbes, OutputMeansNothingOnceItIsHealthy) {
  HealthMachine health({.interval = 60s}, 0s);
  probe(health, 50ms, true);
  health.spoke(10s);
  EXPECT_EQ(health.next_probe(), 60s + 50ms);
}

TEST(EagerProbes, CanBeTurnedOff) {
  HealthMachine health(kPlain, 0s);
  health.spoke(1s);
  EXPECT_EQ(health.next_probe(), 10s);
  EXPECT_FALSE(health_times_of({.eager_probes = false}).eager);
}

TEST(HealthTimes, WhatIsNotGivenIsTheDefault) {
  EXPECT_EQ(health_times_of({}), HealthTimes{});
  const project::HealthCheck check{.interval = 2s, .timeout = 0s, .retries = 7};
  EXPECT_EQ(health_times_of({.healthcheck = check}), (HealthTimes{.interval = 2s, .retries = 7}));
}

TEST(HasHealthCheck, ATestOrANativeProbe) {
  EXPECT_FALSE(has_health_check({}));
  EXPECT_TRUE(has_health_check({.healthcheck = project::HealthCheck{.test = {"CMD", "true"}}}));
  EXPECT_FALSE(has_health_check({.healthcheck = project::HealthCheck{.test = {"NONE"}}}));
  EXPECT_TRUE(has_health_check({.probe = project::NativeProbe{.tcp = "80"}}));
  EXPECT_FALSE(has_health_check(
      {.healthcheck = project::HealthCheck{.disable = true}, .probe = project::NativeProbe{.tcp = "80"}}));
}

}  // namespace
}  // namespace orchestrator::plan
