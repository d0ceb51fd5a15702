// exec runs what the container runs as, but for what its options change.
#include "orchestrator/cli/exec_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

using testing::ElementsAre;

runtime::Process exec_of(const std::vector<std::string>& words, bool terminal = false) {
  const auto all = commands();
  const auto row = std::find_if(all.begin(), all.end(), [](const Command& it) { return it.name == "exec"; });
  const std::array tables{row->options};
  const runtime::Process own{.cwd = "/srv",
                             .env = {"PATH=/bin", "MODE=a"},
                             .args = {"nginx"},
                             .user = {.uid = 7},
                             .capabilities = runtime::Capabilities{}};
  return exec_process(own, parse(words, tables, row->parsing), terminal, [](const std::string& name) {
    return name == "HOME" ? std::optional<std::string>("/root") : std::nullopt;
  });
}

TEST(Exec, RunsTheCommandAsTheContainersOwnProcess) {
  const runtime::Process process = exec_of({"web", "ls", "-l"});
  EXPECT_THAT(process.args, ElementsAre("ls", "-l"));
  EXPECT_THAT(process.env, ElementsAre("PATH=/bin", "MODE=a"));
  EXPECT_EQ(process.cwd, "/srv");
  EXPECT_EQ(process.user.uid, 7U);
  EXPECT_TRUE(process.capabilities);
  EXPECT_FALSE(process.terminal);
}

TEST(Exec, ChangesTheEnvironment) {
  EXPECT_THAT(exec_of({"-e", "MODE=b", "-e", "HOME", "-e", "MISSING", "web", "env"}).env,
              ElementsAre("PATH=/bin", "MODE=b", "HOME=/root"));
}

TEST(Exec, ChangesUserDirectoryAndPrivilege) {
  const runtime::Process process = exec_of({"-u", "app:staff", "-w", "/tmp", "--privileged", "web", "id"});
  EXPECT_EQ(process.user, (runtime::User{.name = "app:staff"}));
  EXPECT_EQ(process.cwd, "/tmp");
  EXPECT_FALSE(process.capabilities);
}

TEST(Exec, OnATerminalSaysWhichKind) {
  EXPECT_TRUE(exec_of({"web", "sh"}, true).terminal);
  EXPECT_THAT(exec_of({"web", "sh"}, true).env, ElementsAre("PATH=/bin", "MODE=a", "TERM=xterm"));
  EXPECT_THAT(exec_of({"-e", "TERM=vt100", "web", "sh"}, true).env,
              ElementsAre("PATH=/bin", "MODE=a", "TERM=vt100"));
}

}  // namespace
}  // namespace orchestrator::cli
