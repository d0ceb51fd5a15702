// The list of projects looks as in docker compose.
#include "orchestrator/cli/ls.hpp"

#include <gtest/gtest.h>

namespace orchestrator::cli {
namespace {

using state::Phase;

TEST(Ls, CountsContainersByStatus) {
  EXPECT_EQ(summary({{.phase = Phase::exited}, {.phase = Phase::running}, {.phase = Phase::running}}),
            "running(2), exited(1)");
  EXPECT_EQ(summary({}), "");
}

TEST(Ls, IsATableOrAnArray) {
  const std::vector<ProjectLine> projects{
      {.name = "app", .status = "running(1)", .config_files = "/srv/compose.yaml"}};
  EXPECT_EQ(ls_table(projects),
            "NAME   STATUS       CONFIG FILES\n"
            "app    running(1)   /srv/compose.yaml\n");
  EXPECT_EQ(json_array(projects),
            R"json([{"ConfigFiles":"/srv/compose.yaml","Name":"app","Status":"running(1)"}])json"
            "\n");
}

}  // namespace
}  // namespace orchestrator::cli
