// Tab completes commands, options and services.
#include "orchestrator/cli/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<std::string>;

Words completed(const Words& words) { return completions(words, {"db", "web", "worker"}); }

TEST(Completion, OfTheFirstWordIsACommand) {
  EXPECT_THAT(completed({"ver"}), ElementsAre("version"));
  EXPECT_THAT(completed({""}), Contains("ps"));
  EXPECT_THAT(completed({"-p", "app", "ver"}), ElementsAre("version"));
}

TEST(Completion, AfterACommandIsAServiceWhereItTakesServices) {
  EXPECT_THAT(completed({"ps", "w"}), ElementsAre("web", "worker"));
  EXPECT_THAT(completed({"version", ""}), IsEmpty());
}

TEST(Completion, OfADashIsAnOptionOfTheCommandOrAGlobalOne) {
  EXPECT_THAT(completed({"--pro"}),
              ElementsAre("--profile", "--progress", "--project-directory", "--project-name"));
  EXPECT_THAT(completed({"ps", "--s"}), ElementsAre("--services", "--status", "--strict"));
  EXPECT_THAT(completed({"version", "--s"}), ElementsAre("--short", "--strict"));
}

}  // namespace
}  // namespace orchestrator::cli
