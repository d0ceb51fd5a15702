// Which ends are followed by another start, and how soon.
#include "orchestrator/plan/restart.hpp"

#include <gtest/gtest.h>

namespace orchestrator::plan {
namespace {

using namespace std::chrono_literals;

TEST(RestartPolicy, ReadsTheWordsOfTheSpecification) {
  EXPECT_EQ(parse_restart("no"), RestartPolicy{});
  EXPECT_EQ(parse_restart("always").condition, RestartCondition::always);
  EXPECT_EQ(parse_restart("unless-stopped").condition, RestartCondition::unless_stopped);
  EXPECT_EQ(parse_restart("on-failure:3"),
            (RestartPolicy{.condition = RestartCondition::on_failure, .max_retries = 3}));
}

TEST(RestartPolicy, OnFailureIgnoresSuccessAndCountsRetries) {
  const RestartPolicy twice = parse_restart("on-failure:2");
  EXPECT_FALSE(wants_restart(twice, 0, {.failures = 1}));
  EXPECT_TRUE(wants_restart(twice, 1, {.failures = 2}));
  EXPECT_FALSE(wants_restart(twice, 1, {.failures = 3}));
}

TEST(RestartPolicy, AlwaysIncludesSuccess) {
  EXPECT_TRUE(wants_restart(parse_restart("always"), 0, {.failures = 9}));
}

TEST(RestartDelay, DoublesUpToHalfAMinute) {
  EXPECT_EQ(restart_delay({.failures = 1}, 1.0), 200ms);
  EXPECT_EQ(restart_delay({.failures = 3}, 1.0), 800ms);
  EXPECT_EQ(restart_delay({.failures = 100}, 1.0), 30s);
  EXPECT_EQ(restart_delay({.failures = 1}, 0.5), 100ms);
}

TEST(RestartHistory, ALongLifeOrHealthForgetsFailures) {
  EXPECT_EQ(after_end({.failures = 4}, 1s, false).failures, 5);
  EXPECT_EQ(after_end({.failures = 4}, 11s, false).failures, 1);
  EXPECT_EQ(after_end({.failures = 4}, 1s, true).failures, 1);
}

TEST(RestartHistory, LifeMustOutlastTheLastDelay) {
  EXPECT_EQ(after_end({.failures = 20}, 11s, false).failures, 21);
}

}  // namespace
}  // namespace orchestrator::plan
