// Waiting misses nothing and ends in time.
#include "orchestrator/supervisor/changed.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <utility>

namespace orchestrator::supervisor {
namespace {

namespace asio = boost::asio;
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

}  // namespace
}  // namespace orchestrator::supervisor
