// Command lines as a shell splits them.
#include <gtest/gtest.h>

#include <stdexcept>

#include "orchestrator/compose/expand.hpp"

namespace orchestrator::compose::test {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AreSeparatedByBlanks) { EXPECT_EQ(split_words("  a\tb \n c "), (Words{"a", "b", "c"})); }
TEST(Words, QuotesKeepBlanks) {
  EXPECT_EQ(split_words("a 'b c' \"d e\"f ''"), (Words{"a", "b c", "d ef", ""}));
}
TEST(Words, Backslashes) {
  EXPECT_EQ(split_words("a\\ b \"c\\\"d\" 'e\\f' \"g\\h\""), (Words{"a b", "c\"d", "e\\f", "g\\h"}));
}
TEST(Words, OpenQuotesAreRefused) {
  EXPECT_THROW(split_words("a 'b"), std::invalid_argument);
  EXPECT_THROW(split_words("a \\"), std::invalid_argument);
}

}  // namespace
}  // namespace orchestrator::compose::test
