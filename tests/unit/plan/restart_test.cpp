// Which ends are followed by another start, and how soon.
#include "orchestrator/plan/restart.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace orchestrator::plan {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

const RestartPolicy kAlways = parse_restart("always");

project::Service with_deploy(const project::DeployRestart& policy) {
  return {.restart = "no", .deploy = project::Deploy{.restart_policy = policy}};
}

TEST(RestartPolicy, ReadsTheWordsOfTheSpecification) {
  EXPECT_EQ(parse_restart("no"), RestartPolicy{});
  EXPECT_EQ(parse_restart("always").condition, RestartCondition::always);
  EXPECT_EQ(parse_restart("unless-stopped").condition, RestartCondition::unless_stopped);
  EXPECT_EQ(parse_restart("on-failure:3"),
            (RestartPolicy{.condition = RestartCondition::on_failure, .max_retries = 3}));
}

TEST(RestartPolicy, DeployWinsAndEveryFieldCounts) {
  EXPECT_EQ(restart_policy_of(
                with_deploy({.condition = "on-failure", .delay = 5s, .max_attempts = 4, .window = 2min})),
            (RestartPolicy{
                .condition = RestartCondition::on_failure, .max_retries = 4, .delay = 5s, .window = 2min}));
  EXPECT_EQ(restart_policy_of(with_deploy({.condition = "none"})), RestartPolicy{});
  EXPECT_EQ(restart_policy_of(with_deploy({.condition = "no"})), RestartPolicy{});
  EXPECT_EQ(restart_policy_of(with_deploy({.condition = "unless-stopped"})).condition,
            RestartCondition::unless_stopped);
  EXPECT_EQ(restart_policy_of(with_deploy({})).condition, RestartCondition::always);
  EXPECT_EQ(restart_policy_of({.restart = "always"}), kAlways);
}

TEST(RestartPolicy, ADelayOfZeroIsTheBackOff) {
  EXPECT_EQ(restart_policy_of(with_deploy({.delay = 0s})).delay, std::nullopt);
}

TEST(WantsRestart, OnFailureIgnoresSuccessAndCountsRetries) {
  const RestartPolicy twice = parse_restart("on-failure:2");
  EXPECT_FALSE(wants_restart(twice, true, {.failures = 1}));
  EXPECT_TRUE(wants_restart(twice, false, {.failures = 2}));
  EXPECT_FALSE(wants_restart(twice, false, {.failures = 3}));
}

TEST(WantsRestart, AlwaysIncludesSuccess) { EXPECT_TRUE(wants_restart(kAlways, true, {.failures = 9})); }

TEST(WantsRestart, MaxAttemptsBoundsEveryCondition) {
  const RestartPolicy policy{.condition = RestartCondition::always, .max_retries = 1};
  EXPECT_TRUE(wants_restart(policy, true, {.failures = 1}));
  EXPECT_FALSE(wants_restart(policy, true, {.failures = 2}));
}

TEST(Success, IsZeroAndWhatTheServiceSays) {
  EXPECT_TRUE(is_success({}, {.code = 0}));
  EXPECT_FALSE(is_success({}, {.code = 143}));
  EXPECT_TRUE(is_success({.success_exit_codes = {143, 7}}, {.code = 143}));
  EXPECT_FALSE(is_success({}, {.code = 0, .lost = true}));
}

TEST(RestartDelay, DoublesUpToHalfAMinute) {
  EXPECT_EQ(restart_delay(kAlways, {.failures = 1}, 1.0), 200ms);
  EXPECT_EQ(restart_delay(kAlways, {.failures = 3}, 1.0), 800ms);
  EXPECT_EQ(restart_delay(kAlways, {.failures = 100}, 1.0), 30s);
  EXPECT_EQ(restart_delay(kAlways, {.failures = 1}, 0.5), 100ms);
}

TEST(RestartDelay, AGivenOneIsKeptTo) { EXPECT_EQ(restart_delay({.delay = 5s}, {.failures = 7}, 0.5), 5s); }

TEST(RestartHistory, ALongLifeOrHealthForgetsFailures) {
  EXPECT_EQ(after_end(kAlways, {.failures = 4}, {.lived = 1s}).failures, 5);
  EXPECT_EQ(after_end(kAlways, {.failures = 4}, {.lived = 11s}).failures, 1);
  EXPECT_EQ(after_end(kAlways, {.failures = 4}, {.lived = 1s, .was_healthy = true}).failures, 1);
}

TEST(RestartHistory, ALifeMustOutlastTheLastDelay) {
  EXPECT_EQ(after_end(kAlways, {.failures = 20}, {.lived = 11s}).failures, 21);
}

TEST(RestartHistory, TheWindowSaysWhatASuccessIs) {
  const RestartPolicy policy{.condition = RestartCondition::always, .window = 2min};
  EXPECT_EQ(after_end(policy, {.failures = 1}, {.lived = 1min, .was_healthy = true}).failures, 2);
  EXPECT_EQ(after_end(policy, {.failures = 1}, {.lived = 2min}).failures, 1);
}

/// The history after so many ends, one every `distance`, of incarnations that lived for a second.
RestartHistory after(int ends, nanoseconds distance, End end = {.lived = 1s}) {
  RestartHistory history;
  for (int i = 1; i <= ends; ++i) {
    end.at = distance * i;
    history = after_end(kAlways, std::move(history), end);
  }
  return history;
}

TEST(CrashLoop, IsFiveShortLivesWithinAMinute) {
  EXPECT_FALSE(after(4, 2s).crash_looping);
  EXPECT_TRUE(after(5, 2s).crash_looping);
  EXPECT_TRUE(after(5, 15s).crash_looping);
  EXPECT_FALSE(after(50, 16s).crash_looping);
}

TEST(CrashLoop, IsNotAJobThatSucceedsOften) {
  EXPECT_FALSE(after(9, 2s, {.lived = 1s, .success = true}).crash_looping);
}

TEST(CrashLoop, LastsUntilALifeIsLongEnough) {
  RestartHistory history = after(5, 2s);
  history = after_end(kAlways, history, {.at = 5min, .lived = 1s});
  EXPECT_TRUE(history.crash_looping);
  history = after_end(kAlways, history, {.at = 10min, .lived = 1min});
  EXPECT_FALSE(history.crash_looping);
  EXPECT_EQ(history.failures, 1);
}

TEST(CrashLoop, BecomingHealthyForAMomentIsNoRecovery) {
  RestartHistory history = after(7, 2s, {.lived = 1s, .was_healthy = true});
  EXPECT_TRUE(history.crash_looping);
  EXPECT_EQ(history.failures, 3);
}

TEST(Transient, IsWhatWaitingMayHeal) {
  EXPECT_TRUE(is_transient(ENOMEM));
  EXPECT_TRUE(is_transient(EAGAIN));
  EXPECT_FALSE(is_transient(ENOENT));
  EXPECT_FALSE(is_transient(EACCES));
  EXPECT_FALSE(is_transient(0));
}

TEST(RestartBudget, TwentyInOneGoThenTwoASecond) {
  RestartBudget budget;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(budget.reserve(100s), 100s);
  EXPECT_EQ(budget.reserve(100s), 100s + 500ms);
  EXPECT_EQ(budget.reserve(100s), 101s);
  // Ten seconds later all of it is there again.
  for (int i = 0; i < 18; ++i) EXPECT_EQ(budget.reserve(110s), 110s);
}

}  // namespace
}  // namespace orchestrator::plan
