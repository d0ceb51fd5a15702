// The tables are complete and the help shows all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

using testing::HasSubstr;

TEST(Commands, HaveAFunctionALineOfHelpAndANameOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Command& command : commands()) {
    EXPECT_NE(command.run, nullptr) << command.name;
    EXPECT_FALSE(command.help.empty()) << command.name;
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_THAT(help(), HasSubstr("\n  " + std::string(command.name) + " "));
  }
}

TEST(Commands, HaveOptionsThatAreExplainedAndHideNoGlobalOne) {
  for (const Command& command : commands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const Option& option : global_options()) names.insert(option.name);
    for (const Option& option : command.options) {
      SCOPED_TRACE(std::string(command.name) + " --" + std::string(option.name));
      EXPECT_TRUE(names.insert(option.name).second);
      EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second);
      EXPECT_FALSE(option.help.empty());
      EXPECT_EQ(option.kind == Kind::flag, option.value.empty());
      EXPECT_THAT(help(command), HasSubstr("--" + std::string(option.name)));
    }
  }
}

TEST(Commands, ThatDoNotExistAreAnsweredWithASuggestion) {
  const std::vector<std::string> words{"verson"};
  try {
    run(words, [] {});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown command \"verson\"; did you mean \"version\"?");
  }
}

TEST(Help, OfEveryCommandIsPrintedWithoutRunningIt) {
  for (const Command& command : commands()) {
    std::istringstream name{std::string(command.name)};
    std::vector<std::string> words{std::istream_iterator<std::string>(name), {}};
    words.emplace_back("--help");
    testing::internal::CaptureStdout();
    EXPECT_EQ(run(words, [] {}), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), help(command));
  }
}

}  // namespace
}  // namespace orchestrator::cli
