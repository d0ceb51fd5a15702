// The supervisor's diary: complete lines, private, bounded.
#include "orchestrator/supervisor/diary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {
namespace {

struct DiaryTest : testing::Test {
  std::string directory = testing::TempDir() + "mdcompose-diary-XXXXXX";
  std::string path{};
  void SetUp() override {
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    path = directory + "/activity.log";
  }
  ~DiaryTest() override { std::filesystem::remove_all(directory); }
};

TEST_F(DiaryTest, KeepsWhatWasNotedWithTimeAndWeight) {
  Diary diary(path);
  diary.note("Container app-web-1 Started");
  diary.warn("100% of {it}");
  EXPECT_THAT(runtime::sys::read_file(path),
              testing::MatchesRegex("[0-9T:.+-]+ info: Container app-web-1 Started\n"
                                    "[0-9T:.+-]+ warning: 100% of \\{it\\}\n"));
}

TEST_F(DiaryTest, IsContinuedByTheNextSupervisorAndPrivate) {
  { Diary(path).note("first"); }
  { Diary(path).note("second"); }
  const std::string text = runtime::sys::read_file(path);
  EXPECT_LT(text.find("first"), text.find("second"));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(DiaryTest, DoesNotGrowForEver) {
  Diary diary(path);
  const std::string line(1000, 'x');
  for (int i = 0; i < 4000; ++i) diary.note(line);
  std::uintmax_t size = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory)) size += file.file_size();
  EXPECT_LE(size, 2U << 20);
}

TEST_F(DiaryTest, WaitsForNobodyWhenTheDiskIsFull) {
  Diary diary("/dev/full");
  diary.note("lost");
}

}  // namespace
}  // namespace orchestrator::supervisor
