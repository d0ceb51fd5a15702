// What a reader makes of the files it finds, and of those that come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <fstream>

#include "directory.hpp"
#include "orchestrator/logs/segment_writer.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool has_news(const Reader& reader) {
  pollfd waiting{.fd = reader.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, 0) == 1;
}

std::vector<std::string> tail(const Directory& log, std::size_t lines) {
  Reader reader({.directory = log.path(), .tail = lines});
  return rest(reader);
}

TEST(Reader, JoinsTheRecordsOfALinePerStream) {
  const Directory log;
  log.write("0000000001.log", record(1, "a", 'P') + record(2, "x", 'P', "stderr") + record(3, "b"));
  log.write("0000000002.log", record(4, "y", 'F', "stderr"));
  Reader reader({.directory = log.path()});
  const auto first = reader.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "ab");
  EXPECT_EQ(first->time_ns, 1'769'860'801'000'000'000);
  EXPECT_THAT(rest(reader), ElementsAre("err:xy"));
}

TEST(Reader, PassesOverDamage) {
  const Directory log;
  log.write("0000000001.log", record(1, "one") + std::string(100, '\0') + "\n" + record(2, "two") +
                                  std::string(600'000, 'x') + "\n" + record(3, "three") +
                                  record(4, "torn").substr(0, 43));
  log.write("0000000002.log", record(5, "four"));
  Reader reader({.directory = log.path()});
  EXPECT_THAT(rest(reader), ElementsAre("one", "two", "three", "four"));
}

TEST(Reader, KeepsToTheTimesAskedFor) {
  const Directory log;
  log.write("0000000001.log", record(1, "one") + record(2, "two") + record(3, "three") + record(4, "four"));
  const std::int64_t base = 1'769'860'800'000'000'000;
  Reader reader(
      {.directory = log.path(), .since_ns = base + 2'000'000'000, .until_ns = base + 3'000'000'000});
  EXPECT_THAT(rest(reader), ElementsAre("two", "three"));
}

TEST(Reader, BeginsWithTheRightSegmentForATime) {
  const Directory log;
  const std::int64_t base = 1'769'860'800'000'000'000;
  for (int segment = 1; segment <= 5; ++segment)
    log.write("000000000" + std::to_string(segment) + ".log",
              record(segment * 2, std::to_string(segment) + "a") +
                  record(segment * 2 + 1, std::to_string(segment) + "b"));
  std::vector<std::string> expected{"1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b"};
  for (int second = 2; second <= 12; ++second) {
    Reader reader({.directory = log.path(), .since_ns = base + second * 1'000'000'000LL, .follow = false});
    EXPECT_EQ(rest(reader), expected) << second;
    if (!expected.empty()) expected.erase(expected.begin());
  }
}

TEST(Reader, ShowsExactlyTheLastLines) {
  const Directory log;
  std::vector<std::string> all;
  for (int segment = 1; segment <= 3; ++segment)
    for (int i = 0; i < 4; ++i) {
      const int number = (segment - 1) * 4 + i;
      const std::string text = "line " + std::to_string(number) + std::string(number * 1000, '.');
      log.write("000000000" + std::to_string(segment) + ".log",
                record(number, text.substr(0, 3), 'P') + record(number, text.substr(3)));
      all.push_back(text);
    }
  for (std::size_t lines = 0; lines <= 14; ++lines) {
    const std::size_t from = lines > all.size() ? 0 : all.size() - lines;
    EXPECT_EQ(tail(log, lines),
              std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(from), all.end()));
  }
}

TEST(Reader, ShowsLastLinesWholeWhoseBeginningsLieAmongOthers) {
  const Directory log;
  log.write("0000000001.log",
            record(1, "one") + record(2, "be", 'P') + record(3, "noise", 'F', "stderr") + record(4, "gun"));
  EXPECT_THAT(tail(log, 1), ElementsAre("begun"));
  EXPECT_THAT(tail(log, 2), ElementsAre("err:noise", "begun"));
  EXPECT_THAT(tail(log, 3), ElementsAre("one", "err:noise", "begun"));
}

TEST(Reader, ShowsLastLinesOverManyBlocks) {
  const Directory log;
  std::string content;
  for (int i = 0; i < 20'000; ++i) content += record(i % 60, std::to_string(i));
  log.write("0000000001.log", content);
  const std::vector<std::string> lines = tail(log, 12'345);
  ASSERT_EQ(lines.size(), 12'345U);
  EXPECT_EQ(lines.front(), std::to_string(20'000 - 12'345));
  EXPECT_EQ(lines.back(), "19999");
}

TEST(Reader, FollowsOverRotationsWithoutPolling) {
  const Directory log;
  SegmentWriter writer(log.path(), 100, 3);
  Reader reader({.directory = log.path()});
  EXPECT_THAT(rest(reader), IsEmpty());
  EXPECT_FALSE(has_news(reader));
  for (int i = 0; i < 20; ++i) {
    writer.append(record(i, "line " + std::to_string(i)), true);
    EXPECT_TRUE(has_news(reader));
    EXPECT_THAT(rest(reader), ElementsAre("line " + std::to_string(i)));
    EXPECT_FALSE(has_news(reader));
  }
  EXPECT_EQ(log.names().size(), 3U);
}

TEST(Reader, ReadsWhatIsLeftOfItsSegmentWhenItIsOvertaken) {
  const Directory log;
  SegmentWriter writer(log.path(), 100, 2);
  Reader reader({.directory = log.path()});
  writer.append(record(0, "line 0"), true);
  EXPECT_THAT(rest(reader), ElementsAre("line 0"));
  for (int i = 1; i < 10; ++i) writer.append(record(i, "line " + std::to_string(i)), true);
  EXPECT_THAT(rest(reader), ElementsAre("line 1", "line 6", "line 7", "line 8", "line 9"));
}

TEST(Reader, DoesNotShowARecordBeforeItIsWhole) {
  const Directory log;
  const std::string whole = record(1, "whole");
  log.write("0000000001.log", whole.substr(0, 43));
  Reader reader({.directory = log.path()});
  EXPECT_THAT(rest(reader), IsEmpty());
  log.write("0000000001.log", whole.substr(43));
  EXPECT_TRUE(has_news(reader));
  EXPECT_THAT(rest(reader), ElementsAre("whole"));
}

TEST(Reader, WaitsForADirectoryThatDoesNotExistYet) {
  const Directory log;
  const std::string path = log.path() + "/projects/web-1/log";
  Reader reader({.directory = path, .tail = 5});
  EXPECT_THAT(rest(reader), IsEmpty());
  runtime::sys::make_directories(path);
  EXPECT_TRUE(has_news(reader));
  EXPECT_THAT(rest(reader), IsEmpty());
  SegmentWriter writer(path, 1000, 3);
  writer.append(record(1, "first"), true);
  EXPECT_TRUE(has_news(reader));
  EXPECT_THAT(rest(reader), ElementsAre("first"));
}

}  // namespace
}  // namespace orchestrator::logs
