#include "orchestrator/logs/wide_fifo.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <list>
#include <string>

#include "orchestrator/logs/fifo.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;

struct Fifo {
  sys::Pipe pipe = sys::pipe();
  WideFifo width{pipe.read.get()};

  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(::fcntl(pipe.read.get(), F_GETPIPE_SZ));
  }
};

TEST(WideFifo, WhoWasFirstGivesWayToTheSeventeenth) {
  std::list<Fifo> fifos(17);
  for (Fifo& fifo : fifos) fifo.width.widen();
  EXPECT_EQ(fifos.front().size(), kPipeSize);
  fifos.pop_front();
  for (const Fifo& fifo : fifos) EXPECT_EQ(fifo.size(), kWidePipeSize);
}

TEST(WideFifo, WhatHoldsMoreThanAUsualOneDoesNotGiveWayAndTheNextOneDoes) {
  std::list<Fifo> fifos(18);
  fifos.front().width.widen();
  sys::write_all(fifos.front().pipe.write.get(), std::string(2 * kPipeSize, 'x'));
  for (Fifo& fifo : fifos) fifo.width.widen();
  EXPECT_EQ(fifos.front().size(), kWidePipeSize);
  EXPECT_EQ(std::next(fifos.begin())->size(), kPipeSize);
  EXPECT_EQ(fifos.back().size(), kWidePipeSize);
}

TEST(WideFifo, WhatAnEarlierSupervisorHasWidenedGivesWayAsWell) {
  std::list<Fifo> fifos(17);
  constexpr int kWide = kWidePipeSize;
  ASSERT_EQ(::fcntl(fifos.front().pipe.read.get(), F_SETPIPE_SZ, kWide), kWide);
  for (Fifo& fifo : fifos) fifo.width.widen();
  EXPECT_EQ(fifos.front().size(), kPipeSize);
}

TEST(WideFifo, WhatIsGoneTakesNoPlace) {
  for (int i = 0; i < 40; ++i) {
    Fifo fifo;
    fifo.width.widen();
    EXPECT_EQ(fifo.size(), kWidePipeSize);
  }
}

TEST(WideFifo, AProgramThatHasMadeItWiderItselfKeepsThat) {
  Fifo fifo;
  constexpr int kOwnSize = 1 << 20;
  ASSERT_EQ(::fcntl(fifo.pipe.write.get(), F_SETPIPE_SZ, kOwnSize), kOwnSize);
  fifo.width.widen();
  EXPECT_EQ(fifo.size(), static_cast<std::size_t>(kOwnSize));
}

TEST(WideFifo, AlsoWhereItHasDoneSoLater) {
  std::list<Fifo> fifos(17);
  fifos.front().width.widen();
  constexpr int kOwnSize = 1 << 20;
  ASSERT_EQ(::fcntl(fifos.front().pipe.write.get(), F_SETPIPE_SZ, kOwnSize), kOwnSize);
  for (Fifo& fifo : fifos) fifo.width.widen();
  EXPECT_EQ(fifos.front().size(), static_cast<std::size_t>(kOwnSize));
  EXPECT_EQ(fifos.back().size(), kWidePipeSize);
}

}  // namespace
}  // namespace orchestrator::logs
