// Points in time are read as people and docker compose write them.
#include "orchestrator/cli/moment.hpp"

#include <gtest/gtest.h>

#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'800'000'000 * kSecond;

std::int64_t at(const std::string& text) { return moment(text, kNow, "since"); }

TEST(Moment, IsADateWithAsMuchOfTheTimeAsIsWritten) {
  EXPECT_EQ(at("2027-01-15"), 1'799'971'200 * kSecond);
  EXPECT_EQ(at("2027-01-15T08:00"), kNow);
  EXPECT_EQ(at("2027-01-15T08:00:00Z"), kNow);
  EXPECT_EQ(at("2027-01-15T08:00:00.25Z"), kNow + kSecond / 4);
  EXPECT_EQ(at("2027-01-15T09:30:00+01:30"), kNow);
}

TEST(Moment, IsSecondsSince1970) {
  EXPECT_EQ(at("1800000000"), kNow);
  EXPECT_EQ(at("1800000000.5"), kNow + kSecond / 2);
}

TEST(Moment, IsALengthOfTimeAgo) {
  EXPECT_EQ(at("10m"), kNow - 600 * kSecond);
  EXPECT_EQ(at("1h30m"), kNow - 5400 * kSecond);
  EXPECT_EQ(at("250ms"), kNow - kSecond / 4);
  EXPECT_EQ(at("1.5s"), kNow - kSecond * 3 / 2);
  EXPECT_EQ(at("1h0.25m"), kNow - 3615 * kSecond);
  EXPECT_EQ(at("1.5d"), kNow - 129600 * kSecond);
  EXPECT_EQ(at("1.5ms"), kNow - 1'500'000);
}

TEST(Moment, ThatIsNotUnderstoodIsNamed) {
  EXPECT_THROW(at(""), UsageError);
  EXPECT_THROW(at("yesterday"), UsageError);
  EXPECT_THROW(at("10 m"), UsageError);
  EXPECT_THROW(at("1.5x"), UsageError);
  EXPECT_THROW(at("1.2.3s"), UsageError);
  EXPECT_THROW(at("2027-01-15T08:00:00X"), UsageError);
}

}  // namespace
}  // namespace orchestrator::cli
