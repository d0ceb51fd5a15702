// A container that takes all it can get takes nothing from others. Numbers: see default_container.hpp.
#include "default_container.hpp"

namespace runtime::test {
namespace {

using Greed = Security;

TEST_F(Greed, S23_ForkBombEndsAtTheLimitAndNeighboursLive) {
  if (!real_root()) GTEST_SKIP() << kNeedsCgroups;
  Running neighbour(*this, {"/bin/sleep", "60"});
  service.pids_limit = 200;
  EXPECT_EQ(probe("fork-bomb"), "fork: EAGAIN\nlimit: 200\nprocesses: within the limit\n");
  EXPECT_TRUE(neighbour.alive());
  EXPECT_EQ(neighbour.exec({"/bin/echo", "well"}).output, "well\n");
}

TEST_F(Greed, S23_MemoryHogIsKilledAloneAndRemembered) {
  if (!real_root()) GTEST_SKIP() << kNeedsCgroups;
  Running neighbour(*this, {"/bin/sleep", "60"});
  service.mem_limit = 32 << 20;
  const Spec wanted = spec({"/bin/probe", "memory-hog"});
  const Group group(wanted.linux.resources);
  const Outcome outcome = run(wanted, &*group);
  EXPECT_EQ(outcome.status.shell_code(), 137);
  EXPECT_GE(group->oom_kills(), 1U);
  EXPECT_TRUE(neighbour.alive());
  EXPECT_EQ(neighbour.exec({"/bin/echo", "well"}).output, "well\n");
}

TEST_F(Greed, S23_ShmHasItsSize) {
  service.shm_size = 1 << 20;
  EXPECT_EQ(shell("head -c 2000000 /dev/zero > /dev/shm/file 2>/dev/null; stat -c %s /dev/shm/file"),
            "1048576\n");
}

}  // namespace
}  // namespace runtime::test
