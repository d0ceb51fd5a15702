// What `exec` runs: the container's own process, and what the command line changes.
#include "runtime/mdrun/exec_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/mdrun/commands.hpp"

namespace runtime::mdrun {
namespace {

using testing::Contains;
using testing::ElementsAre;

Process own() {
  return {.terminal = true,
          .cwd = "/srv",
          .env = {"PATH=/bin", "A=1"},
          .args = {"server"},
          .user = {.uid = 5, .umask = 027},
          .capabilities = Capabilities{.bounding = {"CAP_KILL"}}};
}

Process exec_with(std::vector<std::string> words) {
  const auto& table = commands();
  const Command& exec =
      *std::find_if(table.begin(), table.end(), [](const Command& row) { return row.name == "exec"; });
  words.insert(words.begin(), "exec");
  return exec_process(own(), parse(words, exec.options, true));
}

TEST(ExecProcess, IsTheContainersOwnButForTheCommand) {
  Process expected = own();
  expected.args = {"ls", "-l"};
  expected.terminal = false;
  EXPECT_EQ(exec_with({"web", "ls", "-l"}), expected);
}

TEST(ExecProcess, HasATerminalOnlyWhereAsked) { EXPECT_TRUE(exec_with({"-t", "web", "sh"}).terminal); }

TEST(ExecProcess, UserDirectoryAndEnvironmentAreReplaced) {
  const Process process =
      exec_with({"-u", "app:staff", "--cwd", "/tmp", "-e", "A=2", "--env", "B=", "-g", "7", "web", "sh"});
  EXPECT_EQ(process.user, (User{.umask = 027, .additional_gids = {7}, .name = "app:staff"}));
  EXPECT_EQ(process.cwd, "/tmp");
  EXPECT_THAT(process.env, ElementsAre("PATH=/bin", "A=2", "B="));
}

TEST(ExecProcess, CapabilitiesAreAdded) {
  const Process process = exec_with({"--cap", "CAP_CHOWN", "--no-new-privs", "web", "sh"});
  EXPECT_THAT(process.capabilities->bounding, ElementsAre("CAP_KILL", "CAP_CHOWN"));
  EXPECT_THAT(process.capabilities->effective, Contains("CAP_CHOWN"));
  EXPECT_TRUE(process.no_new_privileges);
}

TEST(ExecProcess, WantsACommandAndUnderstandsItsWords) {
  EXPECT_THROW(exec_with({"web"}), UsageError);
  EXPECT_THROW(exec_with({"--cap", "CAP_NOPE", "web", "sh"}), UsageError);
  EXPECT_THROW(exec_with({"--env", "A", "web", "sh"}), UsageError);
  EXPECT_THROW(exec_with({"-g", "-1", "web", "sh"}), UsageError);
}

TEST(ExecProcess, FromAFileKeepsItsCommandAndTerminal) {
  EXPECT_EQ(exec_with({"--process", "file", "web"}), own());
}

}  // namespace
}  // namespace runtime::mdrun
