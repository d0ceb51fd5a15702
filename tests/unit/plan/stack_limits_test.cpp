// Limits of the whole stack.
#include <gtest/gtest.h>

#include "orchestrator/plan/limits.hpp"

namespace orchestrator::plan {
namespace {

TEST(StackLimits, AreThoseOfAContainerForAll) {
  const runtime::Resources resources =
      resources_of(project::StackLimits{.cpus = "1.5", .memory = 1 << 20, .pids = 100});
  EXPECT_EQ(resources.cpu.quota, 150'000);
  EXPECT_EQ(resources.cpu.period, 100'000U);
  EXPECT_EQ(resources.memory.limit, 1 << 20);
  EXPECT_EQ(resources.memory.swap, 2 << 20);
  EXPECT_EQ(resources.pids_limit, 100);
}

TEST(StackLimits, AreNoneWhereNoneAreGiven) {
  EXPECT_EQ(resources_of(project::StackLimits{}), runtime::Resources{});
  EXPECT_EQ(limited_controllers({}), std::set<std::string>{});
}

TEST(StackLimits, TakeTheirControllersOnly) {
  EXPECT_EQ(limited_controllers({.cpus = "1", .pids = 5}), (std::set<std::string>{"cpu", "pids"}));
  EXPECT_EQ(limited_controllers({.memory = 5}), std::set<std::string>{"memory"});
}

TEST(StackLimits, CanBeTakenAway) {
  const runtime::Resources resources =
      resources_of(change_of({.cpus = "1", .memory = 1 << 20, .pids = 5}, {}));
  EXPECT_EQ(resources.cpu.quota, -1);
  EXPECT_EQ(resources.memory.limit, -1);
  EXPECT_EQ(resources.memory.swap, -1);
  EXPECT_EQ(resources.pids_limit, -1);
}

TEST(StackLimits, AreTakenAwayOneByOne) {
  EXPECT_EQ(change_of({.cpus = "1", .memory = 1 << 20}, {.cpus = "2", .pids = 5}),
            (project::StackLimits{.cpus = "2", .memory = -1, .pids = 5}));
  EXPECT_EQ(change_of({}, {.pids = 5}), (project::StackLimits{.pids = 5}));
}

runtime::Resources quota(std::int64_t microseconds) {
  runtime::Resources resources;
  resources.cpu.quota = microseconds;
  resources.cpu.period = 50'000;
  return resources;
}

TEST(StackLimits, NoContainerHasMoreProcessorTimeThanAll) {
  runtime::Resources greedy = quota(200'000);
  fit_into(greedy, {.cpus = "2"});
  EXPECT_EQ(greedy.cpu.quota, 100'000);
  runtime::Resources modest = quota(20'000);
  fit_into(modest, {.cpus = "2"});
  EXPECT_EQ(modest, quota(20'000));
  runtime::Resources unlimited;
  fit_into(unlimited, {.cpus = "2"});
  EXPECT_EQ(unlimited, runtime::Resources{});
}

}  // namespace
}  // namespace orchestrator::plan
