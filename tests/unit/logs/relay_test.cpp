// Output that nobody waits for: all of it where there is room, and a word about the rest.
#include "orchestrator/logs/relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <algorithm>
#include <set>
#include <thread>

#include "directory.hpp"
#include "drain.hpp"
#include "orchestrator/logs/fifo.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;
using testing::AnyOf;
using testing::ElementsAre;
using testing::StartsWith;

/// A container's ends of its FIFOs, and a log whose writer is held up as by a disk while `disk` is locked.
class SlowDisk : public testing::Test {
 protected:
  Relay relay(std::int64_t room) {
    return {sys::dup(out_.get()),
            sys::dup(err_.get()),
            {.directory = log_.path()},
            room,
            {.path = WRITE_LOG, .is_sibling = false}};
  }
  void hold_up() { ASSERT_EQ(::flock(disk_.get(), LOCK_EX), 0); }
  void let_go() { ASSERT_EQ(::flock(disk_.get(), LOCK_UN), 0); }
  void print(const std::string& text) { sys::write_all(out_.get(), text); }
  /// As programs print that fill a buffer, not minding where a line ends.
  void print_in_blocks(Relay& relay, const std::string& text) {
    constexpr std::size_t kBlock = 4096;
    for (std::size_t at = 0; at < text.size(); at += kBlock) {
      print(text.substr(at, kBlock));
      drain(relay);
    }
  }
  std::vector<std::string> lines() {
    Reader reader({.directory = log_.path(), .follow = false});
    return rest(reader);
  }

  Directory log_;
  Directory instance_;
  sys::unique_fd disk_ = sys::open(log_.path(), O_RDONLY | O_DIRECTORY);
  sys::unique_fd out_ = open_fifo(instance_.path() + "/out");
  sys::unique_fd err_ = open_fifo(instance_.path() + "/err");
};

TEST_F(SlowDisk, ChangesNothingWhereThereIsRoom) {
  Relay relay = this->relay(1 << 20);
  print("one\ntw");
  drain(relay);
  print("o\n");
  sys::write_all(err_.get(), "trouble\nunfinished");
  drain(relay);
  relay.finish();
  EXPECT_THAT(lines(), testing::UnorderedElementsAre("one", "two", "err:trouble", "err:unfinished"));
}

TEST_F(SlowDisk, CostsOutputNotTheContainersTime) {
  hold_up();
  Relay relay = this->relay(64 << 10);
  std::uint64_t printed = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string line = "line " + std::to_string(i) + std::string(100, '.') + "\n";
    print(line);  // would block for ever if nobody took it
    printed += line.size();
    if (i % 100 == 99) drain(relay);
  }
  let_go();
  const auto has_last = [](const std::vector<std::string>& all) {
    return std::find(all.begin(), all.end(), "last") != all.end();
  };
  for (; !has_last(lines()); printed += 5) {  // until there is room
    print("last\n");
    drain(relay);
    std::this_thread::yield();
  }
  relay.finish();
  std::uint64_t kept = 0;
  std::uint64_t dropped = 0;
  for (const std::string& line : lines()) {
    if (std::uint64_t bytes = 0;
        std::sscanf(line.c_str(), "err:mdcompose: %lu bytes of output were", &bytes) == 1) {
      dropped += bytes;
      continue;
    }
    EXPECT_THAT(line, AnyOf(StartsWith("line "), "last"));
    kept += line.size() + 1;
  }
  EXPECT_GT(dropped, 0U);
  EXPECT_EQ(kept + dropped, printed);
}

TEST_F(SlowDisk, CostsWholeLines) {
  hold_up();
  Relay relay = this->relay(64 << 10);
  std::string text;
  std::set<std::string> printed;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t length = i % 50 == 0 ? 9000 : 20 + 7 * static_cast<std::size_t>(i % 40);
    const std::string line = "line " + std::to_string(i) + " " + std::string(length, '.') + "!";
    printed.insert(line);
    text += line + "\n";
  }
  print_in_blocks(relay, text);
  let_go();
  relay.finish();
  std::size_t kept = 0;
  for (const std::string& line : lines()) {
    if (line.starts_with("err:")) continue;
    EXPECT_TRUE(printed.contains(line)) << line;
    ++kept;
  }
  EXPECT_GT(kept, 50U);
  EXPECT_LT(kept, printed.size());
}

TEST_F(SlowDisk, IsWaitedForByTheProcessThatWritesWhenTheSupervisorIsGone) {
  hold_up();
  {
    Relay relay = this->relay(64 << 10);
    print("one\n");
    drain(relay);
  }
  let_go();
  while (lines().empty()) std::this_thread::yield();
  EXPECT_THAT(lines(), ElementsAre("one"));
}

}  // namespace
}  // namespace orchestrator::logs
