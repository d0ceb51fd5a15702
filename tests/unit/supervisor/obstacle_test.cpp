// Only who cannot die is said not to die.
#include "orchestrator/supervisor/obstacle.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <thread>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {
namespace {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using namespace std::chrono_literals;

constexpr Looks kSoon{.first = 10ms, .next = 10ms, .last = 10s};

/// A process that does `work` until the test ends.
class KilledContainer : public testing::Test {
 protected:
  void runs(const std::function<void(int until)>& work) {
    sys::Cloned child = sys::clone3(0);
    if (child.pid == 0) {
      end_.write.reset();
      work(end_.read.get());
      ::_exit(0);
    }
    member_.record.pid = child.pid;
    member_.life.reset(new Incarnation{.pidfd = std::move(child.pidfd),
                                       .cgroup = runtime::cgroup::Cgroup::open({}),
                                       .search = LogSearch("", 0)});
  }
  void TearDown() override {
    end_.write.reset();
    if (member_.life) sys::wait_pidfd(member_.life->pidfd.get());
  }
  /// `meanwhile` runs after a twentieth of a second.
  std::optional<std::string> obstacle(
      Looks looks, std::function<void()> meanwhile = [] {}) {
    std::optional<std::string> result;
    asio::steady_timer timer(loop_, 50ms);
    timer.async_wait([&](auto) { meanwhile(); });
    asio::co_spawn(loop_, obstacle_to_end(changed_, member_, looks),
                   [&](const std::exception_ptr&, std::optional<std::string> it) { result = std::move(it); });
    loop_.run();
    return result;
  }
  void hears_of_its_end() {
    member_.life->ended = true;
    changed_.notify();
  }
  [[nodiscard]] std::string process() const { return "process " + std::to_string(member_.record.pid); }

  asio::io_context loop_{1};
  Changed changed_{loop_.get_executor()};
  sys::Pipe end_ = sys::pipe();
  Member member_{};
};

void wait(int until) {
  char byte = 0;
  (void)!::read(until, &byte, 1);
}

/// The parent of a process of vfork(2) waits for it in state D.
void block(int until) {
  if (::vfork() == 0) {
    wait(until);
    ::_exit(0);
  }
}

TEST_F(KilledContainer, ThatIsDeadIsWaitedForUntilItsEndIsHeardOf) {
  runs([](int) {});
  while (!sys::has_ended(member_.life->pidfd.get())) std::this_thread::yield();
  EXPECT_EQ(obstacle({.first = 1ms, .next = 1ms, .last = 1ms}, [&] { hears_of_its_end(); }), std::nullopt);
}

TEST_F(KilledContainer, ThatIsStillDyingIsWaitedFor) {
  runs(wait);
  EXPECT_EQ(obstacle(kSoon, [&] { hears_of_its_end(); }), std::nullopt);
}

TEST_F(KilledContainer, ThatStaysInOneUninterruptibleCallDoesNotDie) {
  runs(block);
  EXPECT_EQ(obstacle(kSoon), process() + " is in an uninterruptible system call");
}

TEST_F(KilledContainer, ThatIsStillThereAtTheLastLookDoesNotDie) {
  runs(wait);
  EXPECT_EQ(obstacle({.first = 10ms, .next = 10ms, .last = 40ms}),
            process() + " is still there, long after SIGKILL");
}

}  // namespace
}  // namespace orchestrator::supervisor
