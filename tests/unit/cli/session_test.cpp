// A command gets its answer also when the supervisor is killed in between.
#include "orchestrator/cli/session.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "runtime/sys/file.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using state::Event;
using state::EventType;
using state::Request;

/// The supervisor's side of one connection.
class Peer {
 public:
  explicit Peer(const runtime::sys::unique_fd& listener)
      : socket_(::accept(listener.get(), nullptr, nullptr)) {}
  Request request() {
    while (received_.find('\n') == std::string::npos)
      received_ += runtime::sys::receive_message(socket_.get())->data;
    const std::string line = received_.substr(0, received_.find('\n'));
    received_.erase(0, line.size() + 1);
    return state::request_from_line(line);
  }
  void say(const Event& event) { runtime::sys::send_all(socket_.get(), state::to_line(event)); }

 private:
  runtime::sys::unique_fd socket_;
  std::string received_{};
};

class Supervised : public testing::Test {
 protected:
  Supervised() {
    EXPECT_NE(::mkdtemp(directory_.data()), nullptr);
    paths_ = state::paths_of({.runtime = directory_, .data = directory_}, "app");
    std::filesystem::create_directories(paths_.runtime);
  }
  ~Supervised() override { std::filesystem::remove_all(directory_); }
  Session connected() const {
    return Session([this] { return Connection::await(paths_, 5s).value(); });
  }
  runtime::sys::unique_fd listen() { return runtime::sys::listen_unix(paths_.control_socket(), SOCK_STREAM); }

  std::string directory_ = (std::filesystem::temp_directory_path() / "mdcompose-session-XXXXXX").string();
  state::ProjectPaths paths_{};
  runtime::sys::unique_fd printed_ = runtime::sys::memory_file("printed", "", false);
};

TEST_F(Supervised, ProjectIsFoundBySocketAloneOrNotAtAll) {
  EXPECT_FALSE(Connection::to(paths_));
  const auto listener = listen();
  EXPECT_TRUE(Connection::to(paths_));
}

TEST_F(Supervised, CommandWaitsForASupervisorThatIsOnItsWay) {
  std::thread supervisor([&] {
    const auto listener = listen();
    const Peer peer(listener);
  });
  EXPECT_TRUE(Connection::await(paths_, 5s));
  supervisor.join();
  EXPECT_FALSE(Connection::await(paths_, 1ms));
}

TEST_F(Supervised, CommandAsksTheNextSupervisorWhenTheFirstIsKilled) {
  std::vector<Request> asked;
  auto first = listen();
  std::thread supervisor([&] {
    { asked.push_back(Peer(first).request()); }
    first.reset();
    const auto second = listen();
    Peer peer(second);
    asked.push_back(peer.request());
    peer.say({.kind = "Container", .name = "app-web-1", .action = "Stopped"});
    peer.say({.type = EventType::done});
  });
  Session session = connected();
  Progress progress(ProgressStyle::plain, {}, printed_.get());
  carry_out(session, {.verb = "stop", .services = {"web"}}, progress);
  supervisor.join();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_FALSE(asked[0].again);
  asked[0].again = true;
  EXPECT_EQ(asked[0], asked[1]);
}

TEST_F(Supervised, SupervisorOnItsWayOutSendsACommandToTheNextAsIfItHadNotBeenAsked) {
  const Request sent{.verb = "kill", .signal = "HUP"};
  std::optional<Request> asked;
  auto first = listen();
  std::thread supervisor([&] {
    { Peer(first).say({.type = EventType::done, .ask_another = true}); }
    first.reset();
    const auto second = listen();
    Peer peer(second);
    asked = peer.request();
    peer.say({.type = EventType::done});
  });
  Session session = connected();
  Progress progress(ProgressStyle::plain, {}, printed_.get());
  carry_out(session, sent, progress);
  supervisor.join();
  EXPECT_EQ(asked, sent);
}

TEST_F(Supervised, SignalIsNotSentTwice) {
  const auto listener = listen();
  std::thread supervisor([&] { Peer(listener).request(); });
  Session session = connected();
  Progress progress(ProgressStyle::plain, {}, printed_.get());
  EXPECT_THROW(carry_out(session, {.verb = "kill", .signal = "HUP"}, progress), std::runtime_error);
  supervisor.join();
}

TEST_F(Supervised, FailureIsTheSupervisorsSentence) {
  const auto listener = listen();
  std::thread supervisor([&] {
    Peer peer(listener);
    peer.request();
    peer.say({.type = EventType::done, .text = "container app-web-1 is unhealthy", .status = 1});
  });
  Session session = connected();
  Progress progress(ProgressStyle::plain, {}, printed_.get());
  try {
    carry_out(session, {.verb = "up"}, progress);
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "container app-web-1 is unhealthy");
  }
  supervisor.join();
}

}  // namespace
}  // namespace orchestrator::cli
