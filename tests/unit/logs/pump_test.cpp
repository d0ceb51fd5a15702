// What a pump writes down of a container's output.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "directory.hpp"
#include "drain.hpp"
#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/logs/pump.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;
using testing::ElementsAre;

/// A container's ends of its FIFOs, and the log.
class Container : public testing::Test {
 protected:
  PumpOptions options(std::int64_t max_size = 10 << 20, int max_files = 3) {
    return {.directory = log_.path(), .max_size = max_size, .max_files = max_files};
  }
  Pump pump(const PumpOptions& options) { return {sys::dup(out_.get()), sys::dup(err_.get()), options}; }
  void print(const std::string& text) { sys::write_all(out_.get(), text); }
  void complain(const std::string& text) { sys::write_all(err_.get(), text); }
  std::vector<std::string> written() { return without_times(log_.content()); }
  std::vector<std::string> lines() {
    Reader reader({.directory = log_.path()});
    return rest(reader);
  }

  Directory log_;
  Directory instance_;
  sys::unique_fd out_ = open_fifo(instance_.path() + "/out");
  sys::unique_fd err_ = open_fifo(instance_.path() + "/err");
};

TEST_F(Container, LinesAreRecordsOfTheirStream) {
  Pump pump = this->pump(options());
  print("one\n\ntwo\n");
  complain("trouble\n");
  EXPECT_TRUE(drain(pump));
  EXPECT_THAT(written(), ElementsAre("stdout F one", "stdout F ", "stdout F two", "stderr F trouble"));
}

TEST_F(Container, ALineThatIsNotEndedYetIsPartial) {
  Pump pump = this->pump(options());
  print("one\ntw");
  drain(pump);
  drain(pump);
  print("o\n");
  drain(pump);
  EXPECT_THAT(written(), ElementsAre("stdout F one", "stdout P tw", "stdout F o"));
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
}

TEST_F(Container, LinesAreSplitAt16KiB) {
  Pump pump = this->pump(options());
  const std::string exact(kLongestText, 'a');
  const std::string longer(kLongestText + 1, 'b');
  print(exact + "\n" + longer + "\n");
  drain(pump);
  EXPECT_THAT(written(), ElementsAre("stdout F " + exact, "stdout P " + longer.substr(1), "stdout F b"));
  EXPECT_THAT(lines(), ElementsAre(exact, longer));
}

TEST_F(Container, AnUnfinishedLineEndsWithTheContainer) {
  Pump pump = this->pump(options());
  print("bye");
  pump.finish();
  EXPECT_THAT(written(), ElementsAre("stdout P bye", "stdout F "));
  EXPECT_THAT(lines(), ElementsAre("bye"));
}

TEST_F(Container, SegmentsAreBoundedInSizeAndNumberAndNeverRenamed) {
  Pump pump = this->pump(options(2000, 3));
  for (int i = 0; i < 200; ++i) print("line " + std::to_string(i) + "\n");
  drain(pump);
  EXPECT_THAT(log_.names(), ElementsAre("0000000003.log", "0000000004.log", "0000000005.log"));
  for (const std::string& name : log_.names())
    EXPECT_LE(std::filesystem::file_size(log_.path() + "/" + name), 2000U);
  EXPECT_EQ(lines().back(), "line 199");
}

TEST_F(Container, RotationComesBetweenLinesNotWithinOne) {
  Pump pump = this->pump(options(20'000, 5));
  print(std::string(15'000, 'a'));
  drain(pump);
  print(std::string(10'000, 'b'));
  drain(pump);
  EXPECT_THAT(log_.names(), ElementsAre("0000000001.log"));
  print("\nnext\n");
  drain(pump);
  print(std::string(1000, 'c') + "\n");
  drain(pump);
  EXPECT_THAT(log_.names(), ElementsAre("0000000001.log", "0000000002.log"));
}

TEST_F(Container, ALineThatEndsLateDoesNotTakeItsFollowersAlong) {
  Pump pump = this->pump(options(2000, 9));
  print(std::string(500, 'b'));
  drain(pump);
  std::string rest = "\n";
  for (int i = 0; i < 100; ++i) rest += "line " + std::to_string(i) + "\n";
  print(rest);
  drain(pump);
  for (const std::string& name : log_.names())
    EXPECT_LE(std::filesystem::file_size(log_.path() + "/" + name), 2000U) << name;
  EXPECT_EQ(lines().front(), std::string(500, 'b'));
}

TEST_F(Container, ASuccessorGoesOnWhereTheFormerStopped) {
  {
    Pump former = pump(options());
    print("one\n");
    drain(former);
  }
  print("two\n");
  Pump successor = pump(options());
  drain(successor);
  EXPECT_THAT(log_.names(), ElementsAre("0000000001.log"));
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
}

TEST_F(Container, ASuccessorCutsOffHalfARecord) {
  log_.write("0000000007.log", record(1, "whole") + "2026-01-31T12:00:01.0000");
  print("next\n");
  Pump successor = pump(options());
  drain(successor);
  EXPECT_THAT(written(), ElementsAre("stdout F whole", "stdout F next"));
}

TEST_F(Container, ABeginningOfALineThatComesAgainAfterAKillIsNotItsContinuation) {
  log_.write("0000000001.log", record(1, "hal", 'P'));
  print("half\n");
  Pump successor = pump(options());
  drain(successor);
  EXPECT_THAT(lines(), ElementsAre("hal", "half"));
}

TEST_F(Container, ABeginningOfALineThatWasTakenGoesOn) {
  log_.write("0000000001.log", record(1, "hal", 'P'));
  print("f\n");
  Pump successor = pump(options());
  drain(successor);
  EXPECT_THAT(lines(), ElementsAre("half"));
}

TEST_F(Container, OneDrainTakesAboutAMegabyteAtMost) {
  Pump pump = this->pump(options());
  // The pipe is full again after each drain, as long as somebody writes: drain() comes back all the same.
  const std::string piece(64 << 10, 'x');
  for (int i = 0; i < 4; ++i) {
    print(piece);
    EXPECT_TRUE(drain(pump));
  }
  print("\n");
  pump.finish();
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines().front().size(), 4 * piece.size());
}

TEST_F(Container, AFifoThatHasRunFullIsWiderAfterwards) {
  Pump pump = this->pump(options());
  print("little\n");
  drain(pump);
  EXPECT_EQ(::fcntl(out_.get(), F_GETPIPE_SZ), static_cast<int>(kPipeSize));
  print(std::string(kPipeSize - 1, 'x') + '\n');
  drain(pump);
  EXPECT_EQ(::fcntl(out_.get(), F_GETPIPE_SZ), static_cast<int>(kWidePipeSize));
  print(std::string(kWidePipeSize - 1, 'y') + '\n');
  drain(pump);
  EXPECT_EQ(lines().back().size(), kWidePipeSize - 1);
}

TEST_F(Container, AFifoIsFullOfShortLinesBeforeItsCapacityIsReached) {
  Pump pump = this->pump(options());
  make_nonblocking(out_.get());
  const std::string line = std::string(99, 'x') + '\n';
  std::size_t printed = 0;
  while (::write(out_.get(), line.data(), line.size()) > 0) printed += line.size();
  EXPECT_LT(printed, kPipeSize);
  drain(pump);
  EXPECT_EQ(::fcntl(out_.get(), F_GETPIPE_SZ), static_cast<int>(kWidePipeSize));
}

TEST_F(Container, WhatSomebodyHasBoundedIsNotWidened) {
  PumpOptions bounded = options();
  bounded.widens = false;
  Pump pump = this->pump(bounded);
  print(std::string(kPipeSize - 1, 'x') + '\n');
  drain(pump);
  EXPECT_EQ(::fcntl(out_.get(), F_GETPIPE_SZ), static_cast<int>(kPipeSize));
}

TEST_F(Container, TerminalsAreReadToTheirEndWithoutCarriageReturns) {
  sys::unique_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(master);
  ASSERT_EQ(::grantpt(master.get()) | ::unlockpt(master.get()), 0);
  sys::unique_fd terminal = sys::open(::ptsname(master.get()), O_RDWR | O_NOCTTY);
  Pump pump(std::move(master), {}, options());
  sys::write_all(terminal.get(), "hello\n");
  EXPECT_TRUE(drain(pump));
  terminal.reset();
  EXPECT_FALSE(drain(pump));
  EXPECT_THAT(written(), ElementsAre("stdout F hello"));
}

}  // namespace
}  // namespace orchestrator::logs
