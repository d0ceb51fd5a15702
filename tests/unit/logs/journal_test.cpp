// What journald is sent, and what happens when it does not listen.
#include "orchestrator/logs/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <optional>

#include "directory.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;

constexpr std::int64_t kTime = 1'769'860'801'000'000'000;

/// Binds the socket that journald would have.
class StandIn {
 public:
  explicit StandIn(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  std::optional<std::string> receive() {
    try {
      const auto message = sys::receive_message(socket_.get(), MSG_DONTWAIT);
      return message ? std::optional(message->data) : std::nullopt;
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) == EAGAIN) return std::nullopt;
      throw;
    }
  }

 private:
  sys::unique_fd socket_;
};

struct JournalOfATest : testing::Test {
  Directory directory;
  std::string path = directory.path() + "/socket";
  Journal journal{{.socket = path, .fields = journal_field("CONTAINER_NAME", "app-web-1")}};
};

TEST_F(JournalOfATest, HasALineWithItsStreamAndTime) {
  StandIn journald(path);
  journal.send({.time_ns = kTime, .text = "ready = yes"});
  EXPECT_EQ(journald.receive(),
            "CONTAINER_NAME=app-web-1\nPRIORITY=6\nSYSLOG_TIMESTAMP=2026-01-31T12:00:01.000000000Z\n"
            "MESSAGE=ready = yes\n");
  journal.send({.time_ns = kTime, .is_error = true, .partial = true, .text = "half"});
  EXPECT_EQ(journald.receive(),
            "CONTAINER_NAME=app-web-1\nPRIORITY=3\nSYSLOG_TIMESTAMP=2026-01-31T12:00:01.000000000Z\n"
            "CONTAINER_PARTIAL_MESSAGE=true\nMESSAGE=half\n");
}

TEST_F(JournalOfATest, TellsWhatItHasMissed) {
  journal.send({.text = "before there was one"});
  journal.send({.text = "and another"});
  std::optional<StandIn> journald(path);
  journal.send({.text = "first"});
  EXPECT_THAT(journald->receive(),
              testing::Optional(testing::HasSubstr("mdcompose: 2 lines before this one")));
  EXPECT_THAT(journald->receive(), testing::Optional(testing::HasSubstr("MESSAGE=first\n")));
  EXPECT_EQ(journald->receive(), std::nullopt);
}

TEST_F(JournalOfATest, FindsOneThatWasStartedAgain) {
  std::optional<StandIn> journald(path);
  journal.send({.text = "to the first"});
  journald.reset();
  ::unlink(path.c_str());
  journald.emplace(path);
  journal.send({.text = "to the second"});
  EXPECT_THAT(journald->receive(), testing::Optional(testing::HasSubstr("MESSAGE=to the second\n")));
}

TEST(JournalField, HasANameThatJournaldTakes) {
  EXPECT_EQ(journal_field("com.example.tier", "front"), "COM_EXAMPLE_TIER=front\n");
  EXPECT_EQ(journal_field("_2nd", "x"), "ND=x\n");
  EXPECT_EQ(journal_field("9", "x"), "");
  EXPECT_EQ(journal_field("TEXT", "two\nlines"), "");
}

}  // namespace
}  // namespace orchestrator::logs
