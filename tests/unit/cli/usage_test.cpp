// What a container uses is the difference of two looks.
#include "orchestrator/cli/usage.hpp"

#include <gtest/gtest.h>

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;

TEST(Sizes, ReadAsInDocker) {
  EXPECT_EQ(binary_size(0), "0B");
  EXPECT_EQ(binary_size(1536), "1.5KiB");
  EXPECT_EQ(binary_size(23'500'000'000), "21.89GiB");
  EXPECT_EQ(decimal_size(1'200), "1.2kB");
}

TEST(Usage, IsWhatHappenedInBetween) {
  const Sample before{.name = "app-web-1", .statistics = {.cpu_usage_usec = 1'000'000}};
  const Sample now{.name = "app-web-1",
                   .statistics = {.memory_current = 50 << 20,
                                  .memory_limit = 100 << 20,
                                  .cpu_usage_usec = 1'500'000,
                                  .pids_current = 3,
                                  .io_read_bytes = 2000},
                   .network_in = 10,
                   .network_out = 20};
  EXPECT_EQ(usage_table({usage(before, now, 1s, 1 << 30)}),
            "NAME        CPU %    MEM USAGE / LIMIT   MEM %    NET I/O     BLOCK I/O   PIDS\n"
            "app-web-1   50.00%   50MiB / 100MiB      50.00%   10B / 20B   2kB / 0B    3\n");
}

TEST(Usage, CountsFromZeroAfterARestartAndByTheHostsMemoryWithoutALimit) {
  const Sample before{.statistics = {.cpu_usage_usec = 9'000'000}};
  const Sample now{.statistics = {.memory_current = 1 << 20, .cpu_usage_usec = 10'000}};
  const Usage used = usage(before, now, 1s, 4 << 20);
  EXPECT_EQ(used.cpu, "1.00%");
  EXPECT_EQ(used.memory, "1MiB / 4MiB");
}

TEST(Traffic, IsThatOfEveryInterfaceButLo) {
  Sample sample;
  read_traffic(
      "Inter-|   Receive |  Transmit\n"
      " face |bytes packets errs drop fifo frame compressed multicast|bytes\n"
      "    lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n"
      "  eth0: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0\n"
      "  eth1:1 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0\n",
      sample);
  EXPECT_EQ(sample.network_in, 101U);
  EXPECT_EQ(sample.network_out, 202U);
}

}  // namespace
}  // namespace orchestrator::cli
