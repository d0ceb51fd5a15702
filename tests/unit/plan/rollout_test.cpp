// How containers are replaced one after the other.
#include "orchestrator/plan/rollout.hpp"

#include <gtest/gtest.h>

#include "stacks.hpp"

namespace orchestrator::plan {
namespace {

using namespace std::chrono_literals;

project::Service web(const std::string& lines) { return test::stack("web:\n" + lines).services.at("web"); }

TEST(RolloutPolicy, IsNoneWithoutUpdateConfig) { EXPECT_EQ(update_policy_of(web("")), std::nullopt); }

TEST(RolloutPolicy, HasTheDefaultsOfTheSpecification) {
  EXPECT_EQ(update_policy_of(web("  deploy: {update_config: {order: stop-first}}\n")), RolloutPolicy{});
}

TEST(RolloutPolicy, IsWhatTheStackFileSays) {
  EXPECT_EQ(update_policy_of(web("  deploy:\n"
                                 "    update_config: {parallelism: 2, delay: 3s, order: start-first,\n"
                                 "      failure_action: rollback, monitor: 1s, max_failure_ratio: 0.5}\n")),
            (RolloutPolicy{.parallelism = 2,
                           .delay = 3s,
                           .start_first = true,
                           .on_failure = OnFailure::roll_back,
                           .monitor = 1s,
                           .max_failure_ratio = 0.5}));
}

TEST(RolloutPolicy, StopsFirstWhereTheNameIsFixed) {
  EXPECT_FALSE(
      update_policy_of(web("  container_name: shop\n  deploy: {update_config: {order: start-first}}\n"))
          ->start_first);
}

TEST(RolloutPolicy, StopsFirstWhereTheAddressIsFixed) {
  const std::string networks = "  networks: {default: {ipv4_address: 10.1.0.5}}\n";
  EXPECT_FALSE(
      update_policy_of(web(networks + "  deploy: {update_config: {order: start-first}}\n"))->start_first);
}

TEST(RolloutPolicy, DoesNotRollBackARollback) {
  EXPECT_EQ(rollback_policy_of(web("  deploy: {rollback_config: {failure_action: rollback}}\n")).on_failure,
            OnFailure::pause);
}

TEST(RolloutPolicy, LooksAtWhatIsTakenBackAsLongAsSomebodyAsks) {
  EXPECT_EQ(rollback_policy_of(web("")).monitor, 0s);
  EXPECT_EQ(rollback_policy_of(web("  deploy: {rollback_config: {delay: 2s}}\n")),
            (RolloutPolicy{.delay = 2s, .monitor = 0s}));
  EXPECT_EQ(rollback_policy_of(web("  deploy: {rollback_config: {monitor: 3s}}\n")).monitor, 3s);
}

TEST(Rollout, GoesInBatches) {
  const std::vector<Step> steps{{.id = "web-1"}, {.id = "web-2"}, {.id = "web-3"}};
  EXPECT_EQ(batches_of(steps, {.parallelism = 2}).size(), 2U);
  EXPECT_EQ(batches_of(steps, {.parallelism = 2}).back().front().id, "web-3");
  EXPECT_EQ(batches_of(steps, {.parallelism = 0}).size(), 1U);
}

TEST(Rollout, EndsWhereTooManyFail) {
  EXPECT_EQ(judge({}, 0, 4), Verdict::go_on);
  EXPECT_EQ(judge({}, 1, 4), Verdict::pause);
  EXPECT_EQ(judge({.max_failure_ratio = 0.25}, 1, 4), Verdict::go_on);
  EXPECT_EQ(judge({.on_failure = OnFailure::roll_back, .max_failure_ratio = 0.25}, 2, 4), Verdict::roll_back);
  EXPECT_EQ(judge({.on_failure = OnFailure::go_on}, 4, 4), Verdict::go_on);
}

}  // namespace
}  // namespace orchestrator::plan
