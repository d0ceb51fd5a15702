// When scheduled jobs are due.
#include "orchestrator/project/cron.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

namespace orchestrator::project {
namespace {

using namespace std::chrono;
using Time = Cron::Time;

Time utc(int y, unsigned m, unsigned d, int h = 0, int min = 0, int s = 0) {
  return sys_days(year(y) / month(m) / day(d)) + hours(h) + minutes(min) + seconds(s);
}
std::string text(std::optional<Time> time) {
  if (!time) return "never";
  const auto day = floor<days>(*time);
  const year_month_day date{day};
  const hh_mm_ss clock{*time - day};
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u %02d:%02d", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                int(clock.minutes().count()));
  return buffer.data();
}
seconds in_utc(Time) { return 0s; }

/// Central Europe in 2025: summer time from 30 March 01:00 UTC to 26 October 01:00 UTC.
seconds in_berlin(Time time) { return time >= utc(2025, 3, 30, 1) && time < utc(2025, 10, 26, 1) ? 2h : 1h; }

/// In local time of the zone.
std::string next(const std::string& schedule, Time after, const Cron::Offset& offset = in_utc) {
  const auto time = Cron(schedule).next(after, offset);
  return text(time ? std::optional(*time + offset(*time)) : std::nullopt);
}
std::string wrong(const std::string& schedule) {
  try {
    const Cron cron(schedule);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

const Time kNow = utc(2025, 6, 11, 10, 20, 30);  // a Wednesday

TEST(Cron, EveryMinuteIsTheNextFullOne) { EXPECT_EQ(next("* * * * *", kNow), "2025-06-11 10:21"); }

TEST(Cron, TheMomentItselfIsOver) {
  EXPECT_EQ(next("20 10 * * *", utc(2025, 6, 11, 10, 20)), "2025-06-12 10:20");
}

TEST(Cron, StepsRangesAndLists) {
  EXPECT_EQ(next("*/15 * * * *", kNow), "2025-06-11 10:30");
  EXPECT_EQ(next("5-10/5 12 * * *", kNow), "2025-06-11 12:05");
  EXPECT_EQ(next("1,25,50 * * * *", kNow), "2025-06-11 10:25");
  EXPECT_EQ(next("7/20 * * * *", kNow), "2025-06-11 10:27");
}

TEST(Cron, NamesInAnyCase) {
  EXPECT_EQ(next("0 3 * Aug *", kNow), "2025-08-01 03:00");
  EXPECT_EQ(next("0 3 * * SAT", kNow), "2025-06-14 03:00");
  EXPECT_EQ(next("0 3 * * mon-tue", kNow), "2025-06-16 03:00");
}

TEST(Cron, SundayHasTwoNumbers) {
  EXPECT_EQ(next("0 0 * * 0", kNow), "2025-06-15 00:00");
  EXPECT_EQ(next("0 0 * * 7", kNow), "2025-06-15 00:00");
  EXPECT_EQ(next("0 0 * * 6-7", kNow), "2025-06-14 00:00");
}

TEST(Cron, EitherOfTwoGivenDays) {
  EXPECT_EQ(next("0 0 20 * fri", kNow), "2025-06-13 00:00");
  EXPECT_EQ(next("0 0 12 * fri", kNow), "2025-06-12 00:00");
  EXPECT_EQ(next("0 0 */2 * fri", kNow), "2025-06-13 00:00");
}

TEST(Cron, RareDays) {
  EXPECT_EQ(next("0 0 31 * *", kNow), "2025-07-31 00:00");
  EXPECT_EQ(next("0 0 29 2 *", kNow), "2028-02-29 00:00");
  EXPECT_EQ(next("0 0 29 2 *", utc(2097, 1, 1)), "2104-02-29 00:00");
  EXPECT_EQ(next("0 0 30 2 *", kNow), "never");
}

TEST(Cron, Nicknames) {
  EXPECT_EQ(next("@hourly", kNow), "2025-06-11 11:00");
  EXPECT_EQ(next("@daily", kNow), "2025-06-12 00:00");
  EXPECT_EQ(next("@weekly", kNow), "2025-06-15 00:00");
  EXPECT_EQ(next("@monthly", kNow), "2025-07-01 00:00");
  EXPECT_EQ(next("@yearly", kNow), "2026-01-01 00:00");
}

TEST(Cron, IsInLocalTime) {
  EXPECT_EQ(next("0 6 * * *", utc(2025, 6, 11, 3, 30), in_berlin), "2025-06-11 06:00");
  EXPECT_EQ(text(Cron("0 6 * * *").next(utc(2025, 6, 11, 3, 30), in_berlin)), "2025-06-11 04:00");
}

TEST(Cron, WhatFallsIntoTheMissingHourIsDueRightAfterIt) {
  const Time evening = utc(2025, 3, 29, 20);
  EXPECT_EQ(next("30 2 * * *", evening, in_berlin), "2025-03-30 03:00");
  EXPECT_EQ(next("30 2 * * *", utc(2025, 3, 30, 1), in_berlin), "2025-03-31 02:30");
}

TEST(Cron, AFixedHourIsDueOnceWhereTheHourComesTwice) {
  const Time first = utc(2025, 10, 26, 0, 30);  // 02:30 summer time
  EXPECT_EQ(text(Cron("30 2 * * *").next(utc(2025, 10, 25, 20), in_berlin)), text(first));
  EXPECT_EQ(next("30 2 * * *", first, in_berlin), "2025-10-27 02:30");
}

TEST(Cron, AnyHourIsDueInBothOfThem) {
  const Cron cron("30 * * * *");
  EXPECT_EQ(cron.next(utc(2025, 10, 26, 0, 0), in_berlin), utc(2025, 10, 26, 0, 30));
  EXPECT_EQ(cron.next(utc(2025, 10, 26, 0, 30), in_berlin), utc(2025, 10, 26, 1, 30));
}

TEST(Cron, SaysWhatIsWrong) {
  EXPECT_EQ(wrong("61 * * * *"), "\"61\" is no minute");
  EXPECT_EQ(wrong("* 24 * * *"), "\"24\" is no hour");
  EXPECT_EQ(wrong("* * 0 * *"), "\"0\" is no day of the month");
  EXPECT_EQ(wrong("* * * july *"), "\"july\" is no month");
  EXPECT_EQ(wrong("* * * * 8"), "\"8\" is no day of the week");
  EXPECT_EQ(wrong("*/0 * * * *"), "\"*/0\" is no minute");
  EXPECT_EQ(wrong("9-5 * * * *"), "\"9-5\" is no minute");
  EXPECT_EQ(wrong("1, * * * *"), "\"1,\" is no minute");
  EXPECT_EQ(wrong("* * * *"), "expected five fields: minute, hour, day of the month, month, day of the week");
  EXPECT_EQ(wrong("@reboot"), "@reboot is no time: a service without a schedule starts with the stack");
}

}  // namespace
}  // namespace orchestrator::project
