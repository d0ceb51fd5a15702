// Command lines are understood as people write them.
#include "orchestrator/cli/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using Words = std::vector<std::string>;

constexpr std::array kCommand{
    Option{"follow", 'f', Kind::flag},
    Option{"all", 'a', Kind::flag},
    Option{"timeout", 't', Kind::seconds, "SECONDS"},
    Option{"format", 0, Kind::choice, "table|json"},
    Option{"tail", 'n', Kind::text, "LINES"},
};
constexpr std::array kEverywhere{
    Option{"file", 'f', Kind::list, "FILE"},
    Option{"project-name", 'p', Kind::text, "NAME"},
};

Options read(const Words& words, Operands operands = Operands::anywhere) {
  const std::array<Table, 2> tables{kCommand, kEverywhere};
  return parse(words, tables, operands);
}

std::string complaint(const Words& words) {
  try {
    read(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "understood";
}

TEST(Options, TakeValuesInEveryUsualSpelling) {
  EXPECT_EQ(read({"--project-name", "a"}).text("project-name"), "a");
  EXPECT_EQ(read({"--project-name=a"}).text("project-name"), "a");
  EXPECT_EQ(read({"-p", "a"}).text("project-name"), "a");
  EXPECT_EQ(read({"-pa"}).text("project-name"), "a");
  EXPECT_EQ(read({"-p=a"}).text("project-name"), "a");
  EXPECT_EQ(read({"-n", "-1"}).text("tail"), "-1");
  EXPECT_EQ(read({"-t", "5"}).seconds("timeout"), 5s);
}

TEST(Options, CollectListsAndLetTheLastSingleValueWin) {
  EXPECT_THAT(read({"--file", "a", "--file=b"}).list("file"), ElementsAre("a", "b"));
  EXPECT_EQ(read({"-p", "a", "-p", "b"}).text("project-name"), "b");
}

TEST(Options, BundleFlagsAndSwitchThemOff) {
  const Options options = read({"-fa"});
  EXPECT_TRUE(options.flag("follow"));
  EXPECT_TRUE(options.flag("all"));
  EXPECT_FALSE(read({"--all=false"}).flag("all"));
}

TEST(Options, OfACommandTakeALetterFromTheGlobalOnes) {
  const Options options = read({"-f", "web"});
  EXPECT_TRUE(options.flag("follow"));
  EXPECT_THAT(options.list("file"), testing::IsEmpty());
  EXPECT_THAT(options.operands(), ElementsAre("web"));
}

TEST(Options, MayFollowOperandsUnlessACommandLineBeginsThere) {
  EXPECT_THAT(read({"web", "-a", "db"}).operands(), ElementsAre("web", "db"));
  const Options exec = read({"-a", "web", "ls", "-a", "--", "x"}, Operands::at_end);
  EXPECT_THAT(exec.operands(), ElementsAre("web", "ls", "-a", "--", "x"));
  EXPECT_THAT(read({"--", "-a"}).operands(), ElementsAre("-a"));
}

TEST(Options, GivenBeforeTheCommandStayGiven) {
  const std::array<Table, 2> tables{kCommand, kEverywhere};
  const Words after{"--file", "b", "web"};
  const Options both = parse(after, tables, Operands::anywhere, read({"--file", "a", "ps"}));
  EXPECT_THAT(both.list("file"), ElementsAre("a", "b"));
  EXPECT_THAT(both.operands(), ElementsAre("web"));
}

TEST(Options, ThatAreWrongAreNamedInOneSentence) {
  EXPECT_EQ(complaint({"--folow"}), "unknown option --folow; did you mean \"--follow\"?");
  EXPECT_EQ(complaint({"--nonsense"}), "unknown option --nonsense");
  EXPECT_EQ(complaint({"-fx"}), "unknown option -x in \"-fx\"");
  EXPECT_EQ(complaint({"--tail"}), "--tail needs a value: LINES");
  EXPECT_EQ(complaint({"-t", "soon"}), "--timeout must be a whole number, not \"soon\"");
  EXPECT_EQ(complaint({"--format=xml"}), "--format is one of table|json, not \"xml\"");
  EXPECT_EQ(complaint({"--all=perhaps"}), "--all is true or false, not \"perhaps\"");
}

TEST(Options, ThatNoTableHasAreAMistakeOfTheProgram) {
  EXPECT_THROW((void)read({}).flag("detach"), std::logic_error);
}

}  // namespace
}  // namespace orchestrator::cli
