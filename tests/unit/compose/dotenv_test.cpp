// Files of variables.
#include "orchestrator/compose/dotenv.hpp"

#include <gtest/gtest.h>

#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose::test {
namespace {

std::string read(const std::string& text) {
  const auto file = std::make_shared<const File>(File{.name = ".env", .text = text});
  std::string result;
  for (const Variable& one : parse_dotenv(file, [](std::string_view name) {
         return name == "HOME" ? std::optional<std::string>("/h") : std::nullopt;
       }))
    result += one.name + "=" + one.value.value_or("(nothing)") + ";";
  return result;
}

TEST(DotEnv, NamesAndValues) {
  EXPECT_EQ(read("A=1\nexport B=2\nC: 3\n\n# comment\n  D =  4  \n"), "A=1;B=2;C=3;D=4;");
}
TEST(DotEnv, CommentsAfterValues) { EXPECT_EQ(read("A=1 # one\nB=x#y\n"), "A=1;B=x#y;"); }
TEST(DotEnv, SingleQuotesAreTakenAsTheyAre) { EXPECT_EQ(read("A='$HOME \\n'\n"), "A=$HOME \\n;"); }
TEST(DotEnv, DoubleQuotesKnowEscapesVariablesAndLines) {
  EXPECT_EQ(read("A=\"$HOME\\tx\"\nB=\"two\nlines\"\nC=\"\\$HOME\"\n"), "A=/h\tx;B=two\nlines;C=$HOME;");
}
TEST(DotEnv, EarlierVariablesAreKnown) { EXPECT_EQ(read("A=1\nB=${A}2\n"), "A=1;B=12;"); }
TEST(DotEnv, ANameAloneIsTheCallers) { EXPECT_EQ(read("HOME\nNONE\n"), "HOME=/h;NONE=(nothing);"); }
TEST(DotEnv, ByteOrderMarkAndCarriageReturns) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "A=1\r\nB=2\r\n"),
            "A=1;B=2;");
}
TEST(DotEnv, NonsenseIsNamedWithItsLine) {
  try {
    read("A=1\n=2\n");
    FAIL();
  } catch (const LoadError& error) {
    EXPECT_EQ(one_line(error.diagnostics().at(0)), ".env:2:1: expected a variable's name, not \"=\"");
  }
}
TEST(DotEnv, UnterminatedQuoteIsAnError) { EXPECT_THROW(read("A='x\n"), LoadError); }

}  // namespace
}  // namespace orchestrator::compose::test
