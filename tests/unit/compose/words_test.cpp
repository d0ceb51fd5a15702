// Command lines as a shell splits them.
#include "orchestrator/compose/words.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

using List = std::vector<std::string>;

List words(const std::string& line) { return split_words(line).words; }
std::string error(const std::string& line) {
  try {
    (void)split_words(line);
  } catch (const std::invalid_argument& failure) {
    return failure.what();
  }
  return "";
}

TEST(Words, AreSeparatedByBlanks) { EXPECT_EQ(words("  a\tb \n c "), (List{"a", "b", "c"})); }
TEST(Words, NoneAreNone) { EXPECT_EQ(words(" "), List{}); }
TEST(Words, QuotesKeepBlanks) { EXPECT_EQ(words("a 'b c' \"d e\"f ''"), (List{"a", "b c", "d ef", ""})); }
TEST(Words, BackslashesProtectOutsideOfSingleQuotes) {
  EXPECT_EQ(words("a\\ b \"c\\\"d\" 'e\\f'"), (List{"a b", "c\"d", "e\\f"}));
}
TEST(Words, BackslashesMakeTabsAndLineBreaks) { EXPECT_EQ(words("a\\tb \"c\\nd\""), (List{"a\tb", "c\nd"})); }
TEST(Words, CommandSubstitutionStaysText) {
  EXPECT_EQ(words("echo `date -u` $(id -u)"), (List{"echo", "`date -u`", "$(id -u)"}));
}
TEST(Words, NothingIsExpanded) { EXPECT_EQ(words("ls * ~ $HOME"), (List{"ls", "*", "~", "$HOME"})); }
TEST(Words, EndBeforeWhatOnlyAShellUnderstands) {
  const Words cut = split_words("echo a && echo b");
  EXPECT_EQ(cut.words, (List{"echo", "a"}));
  EXPECT_EQ(cut.cut_by, "&");
  EXPECT_EQ(split_words("run 2>&1").words, List{"run"});
  EXPECT_EQ(split_words("echo 'a && b'").cut_by, "");
}
TEST(Words, OpenQuotesAreRefused) {
  EXPECT_EQ(error("a 'b"), "a quote is not closed");
  EXPECT_EQ(error("a `b"), "a quote is not closed");
  EXPECT_EQ(error("a \\"), "a backslash ends the line");
}
TEST(Words, LoneParenthesesAreRefused) {
  EXPECT_EQ(error("(a)"), "an unquoted (");
  EXPECT_EQ(error("a)"), "an unquoted )");
}
TEST(Words, ACommandThatIsCutIsAWarning) {
  EXPECT_EQ(
      with("command: make && make install").warnings(),
      "compose.yaml:5:14: services.web.command: no shell reads this line: it ends before the unquoted \"&\"; "
      "write [sh, -c, \"...\"] to run it in a shell, or quote the character");
}

}  // namespace
}  // namespace orchestrator::compose::test
