// The text of a record, and what is none.
#include <gtest/gtest.h>

#include "orchestrator/logs/record.hpp"

namespace orchestrator::logs {
namespace {

std::string text_of(const Header& header) { return {header.data(), header.size()}; }

TEST(Record, BeginsWithTimeStreamAndTag) {
  EXPECT_EQ(text_of(header(1'769'860'800'123'456'789, false)), "2026-01-31T12:00:00.123456789Z stdout F ");
  EXPECT_EQ(text_of(header(0, true)), "1970-01-01T00:00:00.000000000Z stderr F ");
  EXPECT_EQ(text_of(header(951'868'799'999'999'999, true)), "2000-02-29T23:59:59.999999999Z stderr F ");
}

TEST(Record, ReadsWhatItWrites) {
  for (const std::int64_t time : {0LL, 951'868'799'999'999'999LL, 1'769'860'800'123'456'789LL}) {
    const std::string line = text_of(header(time, true)) + "a \xff line";
    EXPECT_EQ(parse(line), (RecordView{.time_ns = time, .is_error = true, .text = "a \xff line"}));
  }
}

TEST(Record, MayBeEmptyOrTheBeginningOfALine) {
  EXPECT_EQ(parse("1970-01-01T00:00:01.000000000Z stdout P "),
            (RecordView{.time_ns = 1'000'000'000, .partial = true}));
}

TEST(Record, IsNotReadFromADamagedLine) {
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse(std::string(200, '\0')));
  EXPECT_FALSE(parse("2026-01-31T12:00:00.123456789Z stdout"));
  EXPECT_FALSE(parse("2026-01-31T12:00:00.123456789Z stdin  F text"));
  EXPECT_FALSE(parse("2026-01-31T12:00:00.123456789Z stdout X text"));
  EXPECT_FALSE(parse("2026-02-30T12:00:00.123456789Z stdout F text"));
  EXPECT_FALSE(parse("2026-01-31 12:00:00.123456789Z stdout F text"));
}

}  // namespace
}  // namespace orchestrator::logs
