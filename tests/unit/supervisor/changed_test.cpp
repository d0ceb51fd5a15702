// Waiting misses nothing and ends in time.
#include "orchestrator/supervisor/changed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {
namespace {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using testing::ElementsAre;
using namespace std::chrono_literals;

struct Waiting : testing::Test {
  asio::io_context loop{1};
  Changed changed{loop.get_executor()};
  std::optional<bool> result{};

  void wait_for(std::function<bool()> is_true, Clock::time_point deadline = Clock::time_point::max()) {
    asio::co_spawn(
        loop,
        [](Waiting& test, std::function<bool()> predicate, Clock::time_point end) -> asio::awaitable<void> {
          test.result = co_await test.changed.until(std::move(predicate), end);
        }(*this, std::move(is_true), deadline),
        asio::detached);
    loop.poll();
  }
};

TEST_F(Waiting, WhatIsTrueAlreadyDoesNotWait) {
  wait_for([] { return true; });
  EXPECT_EQ(result, true);
}

TEST_F(Waiting, EndsWithTheChangeThatMakesItTrue) {
  int value = 0;
  wait_for([&] { return value == 2; });
  value = 1;
  changed.notify();
  loop.poll();
  EXPECT_EQ(result, std::nullopt);
  value = 2;
  changed.notify();
  loop.poll();
  EXPECT_EQ(result, true);
}

TEST_F(Waiting, IsAskedOnceAboutManyChanges) {
  int asked = 0;
  wait_for([&] { return ++asked, false; });
  asked = 0;
  for (int i = 0; i < 100; ++i) changed.notify();
  loop.poll();
  EXPECT_EQ(asked, 1);
}

/// `network.follow` waits for changes that it notes down as it finds them.
TEST_F(Waiting, EndsWithAnAnswerThatIsTrueOnlyOnce) {
  bool value = false;
  wait_for([&] { return std::exchange(value, false); });
  value = true;
  changed.notify();
  loop.poll();
  EXPECT_EQ(result, true);
}

TEST_F(Waiting, GoesOnWhereWhatWasTrueIsNotAnyMore) {
  bool value = false;
  wait_for([&] { return value; });
  value = true;
  changed.notify();
  value = false;
  loop.poll();
  EXPECT_EQ(result, std::nullopt);
}

TEST_F(Waiting, EndsAtTheDeadline) {
  wait_for([] { return false; }, Clock::now() + 1ms);
  loop.run_for(1s);
  EXPECT_EQ(result, false);
}

/// At the end of a supervisor the loop goes last, and with it whoever still waits.
TEST_F(Waiting, MayStillWaitWhenAllIsOver) {
  wait_for([] { return false; });
  EXPECT_EQ(result, std::nullopt);
}

TEST_F(Waiting, ManyWaitForOneChange) {
  bool open = false;
  int through = 0;
  for (int i = 0; i < 100; ++i)
    asio::co_spawn(
        loop,
        [](Waiting& test, bool& gate, int& count) -> asio::awaitable<void> {
          co_await test.changed.until([&gate] { return gate; });
          ++count;
        }(*this, open, through),
        asio::detached);
  loop.poll();
  open = true;
  changed.notify();
  loop.run_for(100ms);
  EXPECT_EQ(through, 100);
}

struct Watching : testing::Test {
  asio::io_context loop{1};
  std::shared_ptr<Waits> waits = std::make_shared<Waits>();
  std::vector<std::string> told{};

  /// Takes one byte whenever there is one.
  void watch(const std::string& name, const sys::Pipe& pipe) {
    asio::co_spawn(
        loop,
        [](Watching& test, std::string who, int fd) -> asio::awaitable<void> {
          Watch watch(test.loop.get_executor(), fd, test.waits);
          for (;;) {
            const bool more = co_await watch.readable();
            if (!more) break;
            char byte = 0;
            if (::read(fd, &byte, 1) == 1) test.told.push_back(who);
          }
          test.told.push_back(who + " ends");
        }(*this, name, pipe.read.get()),
        asio::detached);
    loop.poll();
  }
};

TEST_F(Watching, WhatBecomesReadableFirstIsToldFirst) {
  const sys::Pipe out = sys::pipe();
  const sys::Pipe err = sys::pipe();
  watch("out", out);
  watch("err", err);
  for (const sys::Pipe* one : {&err, &out}) sys::write_all(one->write.get(), "x");
  loop.poll();
  for (const sys::Pipe* one : {&out, &err}) sys::write_all(one->write.get(), "x");
  loop.poll();
  EXPECT_THAT(told, ElementsAre("err", "out", "out", "err"));
}

TEST_F(Watching, IsToldAgainOfWhatItHasLeft) {
  const sys::Pipe pipe = sys::pipe();
  sys::write_all(pipe.write.get(), "xyz");
  watch("pipe", pipe);
  EXPECT_THAT(told, ElementsAre("pipe", "pipe", "pipe"));
}

/// Both have become readable at once. Whoever hears of the first lets go of the second and watches a third,
/// which Asio tells of what the second one had to tell.
TEST_F(Watching, HearsNothingOfWhatAnotherDescriptorHadToTell) {
  const sys::Pipe first = sys::pipe();
  const sys::Pipe silent = sys::pipe();
  auto second = std::make_shared<sys::Pipe>(sys::pipe());
  asio::co_spawn(
      loop,
      [](Watching& test, int fd, int next, std::shared_ptr<sys::Pipe> other) -> asio::awaitable<void> {
        Watch watch(test.loop.get_executor(), fd);
        auto dropped = std::make_unique<Watch>(test.loop.get_executor(), other->read.get());
        co_await watch.readable();
        test.told.emplace_back("first");
        dropped.reset();
        co_await readable(next, test.waits);
        test.told.emplace_back("silent");
      }(*this, first.read.get(), silent.read.get(), second),
      asio::detached);
  loop.poll();
  for (const int fd : {first.write.get(), second->write.get()}) sys::write_all(fd, "x");
  loop.run_for(50ms);
  EXPECT_THAT(told, ElementsAre("first"));
  sys::write_all(silent.write.get(), "x");
  loop.run_for(50ms);
  EXPECT_THAT(told, ElementsAre("first", "silent"));
}

TEST_F(Watching, EndsWithItsWaitsAndDoesNotBeginAfterThem) {
  const sys::Pipe pipe = sys::pipe();
  watch("one", pipe);
  sys::write_all(pipe.write.get(), "x");
  waits->end();
  watch("other", pipe);
  EXPECT_THAT(told, ElementsAre("one ends", "other ends"));
}

}  // namespace
}  // namespace orchestrator::supervisor
