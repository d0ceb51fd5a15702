// A process is printed as ps -ef prints it.
#include "orchestrator/cli/process_line.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace orchestrator::cli {
namespace {

constexpr MachineFacts kMachine{
    .ticks_per_second = 100, .uptime_seconds = 1000, .now_seconds = 1'800'000'000};

TEST(ProcessLine, HasTheColumnsOfPs) {
  ::setenv("TZ", "UTC", 1);
  const ProcessFacts nginx{
      .stat = "42 (a) b (c) S 7 42 42 34817 42 4194560 1 2 3 4 6000 4000 0 0 20 0 1 0 60000 1000 10",
      .cmdline = std::string("nginx\0-g\0daemon off;\0", 21),
      .user = "www"};
  EXPECT_EQ(process_line(nginx, kMachine),
            (Row{"www", "42", "7", "25", "07:53", "pts/1", "00:01:40", "nginx -g daemon off;"}));
}

TEST(ProcessLine, NamesAProcessWithoutACommandLineInBrackets) {
  const ProcessFacts zombie{.stat = "43 (sh) Z 1 43 43 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 60000 0 0",
                            .user = "0"};
  EXPECT_EQ(process_line(zombie, kMachine).back(), "[sh]");
  EXPECT_EQ(process_line(zombie, kMachine)[5], "?");
}

TEST(ProcessLine, IsNothingForAProcessThatIsGone) { EXPECT_EQ(process_line({}, kMachine), Row{}); }

}  // namespace
}  // namespace orchestrator::cli
