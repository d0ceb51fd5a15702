// Lines of output are told apart by their prefix.
#include "orchestrator/cli/log_style.hpp"

#include <gtest/gtest.h>

namespace orchestrator::cli {
namespace {

TEST(LogStyle, PadsPrefixesToTheLongestName) {
  LogStyle style({}, true);
  style.add("database-1");
  EXPECT_EQ(style.line("web-1", "hello"), "web-1       | hello\n");
  EXPECT_EQ(style.line("database-1", "ready"), "database-1  | ready\n");
}

TEST(LogStyle, GivesEveryContainerAColourAndKeepsIt) {
  LogStyle style({.colour = true}, true);
  EXPECT_EQ(style.line("web-1", "a"), "\x1b[36mweb-1  | \x1b[0ma\n");
  EXPECT_EQ(style.line("job-1", "b"), "\x1b[33mjob-1  | \x1b[0mb\n");
  EXPECT_EQ(style.line("web-1", "c"), "\x1b[36mweb-1  | \x1b[0mc\n");
  EXPECT_EQ(style.painted_name("job-1"), "\x1b[33mjob-1\x1b[0m");
}

TEST(LogStyle, PrintsTheOutputAloneOnRequest) {
  EXPECT_EQ(LogStyle({}, false).line("web-1", "hello"), "hello\n");
}

TEST(LogName, IsTheContainersWithoutTheProjects) {
  EXPECT_EQ(log_name("app", "app-web-1"), "web-1");
  EXPECT_EQ(log_name("app", "chosen-name"), "chosen-name");
}

}  // namespace
}  // namespace orchestrator::cli
