// Whoever waits for a line sees it, whenever it was printed.
#include "orchestrator/supervisor/log_search.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "orchestrator/logs/segment_writer.hpp"

namespace orchestrator::supervisor {
namespace {

struct LogSearchTest : testing::Test {
  std::string directory = [] {
    std::string path = testing::TempDir() + "log-search-XXXXXX";
    return std::string(::mkdtemp(path.data()));
  }();
  logs::SegmentWriter writer{directory, 0, 0};
  LogSearch search{directory, 1'000'000'000};

  ~LogSearchTest() override { std::filesystem::remove_all(directory); }
  /// A line printed so many seconds after 1970.
  void print(int second, const std::string& text) {
    writer.append("1970-01-01T00:00:0" + std::to_string(second) + ".000000000Z stdout F " + text + "\n",
                  true);
  }
};

TEST_F(LogSearchTest, FindsWhatIsPrintedLater) {
  const std::string pattern = "ready .*connections";
  EXPECT_TRUE(search.look_for(pattern));
  EXPECT_FALSE(search.look_for(pattern));
  print(2, "starting");
  EXPECT_FALSE(search.look_again(pattern));
  EXPECT_GE(search.fd(pattern), 0);
  print(3, "LOG: ready to accept connections");
  EXPECT_FALSE(search.has_found(pattern));
  EXPECT_TRUE(search.look_again(pattern));
  EXPECT_TRUE(search.has_found(pattern));
  EXPECT_EQ(search.fd(pattern), -1);
}

TEST_F(LogSearchTest, FindsWhatWasPrintedBefore) {
  print(2, "ready");
  search.look_for("^ready$");
  EXPECT_TRUE(search.has_found("^ready$"));
}

TEST_F(LogSearchTest, LinesOfAnEarlierIncarnationDoNotCount) {
  print(0, "ready");
  search.look_for("ready");
  EXPECT_FALSE(search.has_found("ready"));
}

TEST_F(LogSearchTest, WhatWasFoundOnceIsNotLookedForAgain) {
  search.remember("ready");
  EXPECT_TRUE(search.has_found("ready"));
  EXPECT_FALSE(search.look_for("ready"));
}

TEST_F(LogSearchTest, WhatNobodyLooksForIsNotFound) {
  print(2, "ready");
  EXPECT_FALSE(search.has_found("ready"));
}

}  // namespace
}  // namespace orchestrator::supervisor
