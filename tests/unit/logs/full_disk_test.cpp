// A full disk costs output, the oldest first; never the container's progress, and never a readable log.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "directory.hpp"
#include "drain.hpp"
#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/logs/pump.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;
using testing::EndsWith;
using testing::StartsWith;

/// The log's directory is a file system of 256 KiB, which goes with this process: each test is one.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNS) != 0) GTEST_SKIP() << "needs a mount namespace of its own";
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount("tmpfs", log_.path().c_str(), "tmpfs", 0, "size=256k"), 0);
  }
  void TearDown() override { ::umount2(log_.path().c_str(), MNT_DETACH); }

  Pump pump(std::int64_t max_size) {
    return {sys::dup(out_.get()),
            open_fifo(instance_.path() + "/err"),
            {.directory = log_.path(), .max_size = max_size, .max_files = 1000}};
  }
  void print(Pump& pump, int from, int to) {
    for (int i = from; i < to; ++i) {
      sys::write_all(out_.get(), "line " + std::to_string(i) + std::string(100, '.') + "\n");
      if (i % 100 == 99) drain(pump);
    }
    drain(pump);
  }
  std::vector<std::string> lines() {
    Reader reader({.directory = log_.path(), .follow = false});
    return rest(reader);
  }

  Directory log_;
  Directory instance_;
  sys::unique_fd out_ = open_fifo(instance_.path() + "/out");
};

TEST_F(FullDisk, CostsTheOldestSegments) {
  Pump pump = this->pump(32 << 10);
  print(pump, 0, 10'000);
  const std::vector<std::string> kept = lines();
  ASSERT_GT(kept.size(), 1000U);
  EXPECT_THAT(kept.back(), StartsWith("line 9999."));
  EXPECT_THAT(kept.front(), StartsWith("line " + std::to_string(10'000 - kept.size()) + "."));
}

TEST_F(FullDisk, IsToldInTheLogAsSoonAsThereIsRoomAgain) {
  sys::write_all(sys::open(log_.path() + "/ballast", O_WRONLY | O_CREAT, 0600).get(),
                 std::string(65'536, 'x'));
  Pump pump = this->pump(0);
  print(pump, 0, 10'000);
  const std::vector<std::string> kept = lines();
  ASSERT_GT(kept.size(), 500U);
  EXPECT_THAT(kept.back(), StartsWith("line " + std::to_string(kept.size() - 1) + "."));
  EXPECT_THAT(kept.back(), EndsWith(std::string(100, '.')));
  std::filesystem::remove(log_.path() + "/ballast");
  print(pump, 10'000, 10'001);
  const std::vector<std::string> now = lines();
  ASSERT_EQ(now.size(), kept.size() + 2);
  EXPECT_THAT(now[kept.size()], StartsWith("err:mdcompose: "));
  EXPECT_THAT(now[kept.size()], EndsWith(" bytes of this log could not be written"));
  EXPECT_THAT(now.back(), StartsWith("line 10000."));
}

TEST_F(FullDisk, IsToldAtTheEndWhereThereIsRoomThen) {
  sys::write_all(sys::open(log_.path() + "/ballast", O_WRONLY | O_CREAT, 0600).get(),
                 std::string(65'536, 'x'));
  Pump pump = this->pump(0);
  print(pump, 0, 10'000);
  EXPECT_GT(pump.loss().bytes, 0U);
  EXPECT_EQ(pump.loss().error, ENOSPC);
  std::filesystem::remove(log_.path() + "/ballast");
  pump.finish();
  EXPECT_EQ(pump.loss().bytes, 0U);
  EXPECT_THAT(lines().back(), EndsWith(" bytes of this log could not be written"));
}

}  // namespace
}  // namespace orchestrator::logs
