// Options as runc and crun spell them.
#include "runtime/mdrun/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "runtime/mdrun/commands.hpp"

namespace runtime::mdrun {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::array kTable{Option{"bundle", 'b', "DIR", "where"}, Option{"detach", 'd', nullptr, "alone"},
                            Option{"env", 'e', "NAME=VALUE", "more"}, Option{"preserve-fds", 0, "N", "kept"},
                            Option{"hidden", 0, nullptr, ""}};

Arguments parsed(std::vector<std::string> words, bool operands_end_options = false) {
  words.insert(words.begin(), "run");
  return parse(words, kTable, operands_end_options);
}
std::string error_of(std::vector<std::string> words) {
  try {
    (void)parsed(std::move(words)).number("preserve-fds");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(CommandLine, OptionsHaveTwoSpellings) {
  for (const auto& words : {std::vector<std::string>{"-b", "x"}, {"-bx"}, {"--bundle", "x"}, {"--bundle=x"}})
    EXPECT_EQ(parsed(words).text("bundle"), "x");
}

TEST(CommandLine, LastOneWinsUnlessAllAreAsked) {
  const Arguments arguments = parsed({"-e", "A=1", "--env", "B=2"});
  EXPECT_EQ(arguments.text("env"), "B=2");
  EXPECT_THAT(arguments.list("env"), ElementsAre("A=1", "B=2"));
}

TEST(CommandLine, WhatIsNotGivenIsNotThere) {
  const Arguments arguments = parsed({"id"});
  EXPECT_FALSE(arguments.has("detach"));
  EXPECT_EQ(arguments.text("bundle"), std::nullopt);
  EXPECT_EQ(arguments.number("preserve-fds"), 0);
}

TEST(CommandLine, OptionsMayFollowOperands) {
  const Arguments arguments = parsed({"id", "--detach"});
  EXPECT_TRUE(arguments.has("detach"));
  EXPECT_THAT(arguments.operands(), ElementsAre("id"));
}

TEST(CommandLine, CommandOfExecIsTakenAsItIs) {
  const Arguments arguments = parsed({"-d", "id", "ls", "-b", "--detach"}, true);
  EXPECT_THAT(arguments.operands(), ElementsAre("id", "ls", "-b", "--detach"));
}

TEST(CommandLine, DoubleDashEndsOptions) {
  EXPECT_THAT(parsed({"--", "--detach"}).operands(), ElementsAre("--detach"));
}

TEST(CommandLine, ErrorsNameTheWord) {
  EXPECT_EQ(error_of({"--nope"}), "unknown option --nope");
  EXPECT_EQ(error_of({"--bundle"}), "option --bundle needs a value");
  EXPECT_EQ(error_of({"--preserve-fds", "-1"}), "--preserve-fds wants a number, not \"-1\"");
  EXPECT_EQ(error_of({"--preserve-fds=3x"}), "--preserve-fds wants a number, not \"3x\"");
}

TEST(CommandLine, HelpHasALineForEveryOptionButHiddenOnes) {
  const std::string help = describe(kTable);
  EXPECT_THAT(help, HasSubstr("  -b, --bundle DIR               where\n"));
  EXPECT_THAT(help, HasSubstr("      --preserve-fds N           kept\n"));
  EXPECT_THAT(help, Not(HasSubstr("hidden")));
}

TEST(Commands, HaveOptionsThatGetoptCanTellApart) {
  for (const Command& command : commands()) {
    std::string letters;
    for (const Option& option : command.options) {
      if (option.letter == 0) continue;
      EXPECT_EQ(letters.find(option.letter), std::string::npos) << command.name << " -" << option.letter;
      letters += option.letter;
    }
  }
}

}  // namespace
}  // namespace runtime::mdrun
