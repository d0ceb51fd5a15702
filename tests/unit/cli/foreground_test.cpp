// A foreground stack lives as long as its command, also when the supervisor is killed; Ctrl-C stops it, a
// second one kills it. A child process plays the supervisor.
#include "orchestrator/cli/foreground.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::cli {
namespace {

using state::Event;
using state::EventType;
using state::Instance;
using state::Phase;
using state::Request;

/// The supervisor's side of one connection. It runs in a process of its own: what it does not expect ends it.
class Peer {
 public:
  explicit Peer(int listener) : socket_(::accept(listener, nullptr, nullptr)) {}

  Request expect(const std::string& verb) {
    while (received_.find('\n') == std::string::npos)
      received_ += runtime::sys::receive_message(socket_.get()).value().data;
    const std::string line = received_.substr(0, received_.find('\n'));
    received_.erase(0, line.size() + 1);
    Request request = state::request_from_line(line);
    if (request.verb != verb) throw std::runtime_error("expected " + verb + ", got " + request.verb);
    return request;
  }
  void say(const Event& event) { runtime::sys::send_all(socket_.get(), state::to_line(event)); }
  void done(int status = 0, const std::string& text = "") {
    say({.type = EventType::done, .text = text, .status = status});
  }
  void finished(int status) { say({.type = EventType::finished, .status = status}); }

 private:
  runtime::sys::unique_fd socket_;
  std::string received_{};
};

Instance web(Phase phase) {
  Instance instance{.id = "web-1", .name = "app-web-1", .service = "web", .phase = phase};
  if (phase == Phase::exited) instance.exit = state::Exit{.code = 3};
  if (phase == Phase::exited) instance.finished_ns = INT64_MAX;
  return instance;
}

class ForegroundUp : public testing::Test {
 protected:
  using Script = std::function<void(int listener)>;

  ForegroundUp() {
    EXPECT_NE(::mkdtemp(directory_.data()), nullptr);
    paths_ = state::paths_of({.runtime = directory_ + "/run", .data = directory_ + "/data"}, "app");
    std::filesystem::create_directories(paths_.instances());
    listener_ = runtime::sys::listen_unix(paths_.control_socket(), SOCK_STREAM);
  }
  ~ForegroundUp() override { std::filesystem::remove_all(directory_); }

  /// Runs `up` against a supervisor that does what `script` says; returns the exit status.
  int up(const Script& script) {
    const runtime::sys::Cloned supervisor = runtime::sys::clone3(0);
    if (supervisor.pid == 0) play(script);
    listener_.reset();
    Session session = connected();
    Progress progress(ProgressStyle::plain, {}, progress_.get());
    LogFollower output(paths_, LogStyle({}, true), {}, output_.get(), output_.get());
    const auto everything = [](const std::string&) { return true; };
    const int status =
        Foreground(paths_, session, progress, output, everything).run({.verb = "up", .lease = true});
    EXPECT_EQ(runtime::sys::wait_pidfd(supervisor.pidfd.get())->shell_code(), 0)
        << "the supervisor was not asked well";
    return status;
  }
  [[noreturn]] void play(const Script& script) {
    try {
      script(listener_.get());
      ::_exit(0);
    } catch (const std::exception& error) {
      ::dprintf(STDERR_FILENO, "supervisor: %s\n", error.what());
      ::_exit(1);
    }
  }
  Session connected() const {
    return Session([this] { return Connection::await(paths_, std::chrono::seconds(5)).value(); });
  }
  static void press_ctrl_c() { ::kill(::getppid(), SIGINT); }
  static std::string content(const runtime::sys::unique_fd& file) {
    ::lseek(file.get(), 0, SEEK_SET);
    return runtime::sys::read_all(file.get());
  }

  std::string directory_ = (std::filesystem::temp_directory_path() / "mdcompose-foreground-XXXXXX").string();
  state::ProjectPaths paths_{};
  runtime::sys::unique_fd listener_{};
  runtime::sys::unique_fd progress_ = runtime::sys::memory_file("progress", "", false);
  runtime::sys::unique_fd output_ = runtime::sys::memory_file("output", "", false);
};

TEST_F(ForegroundUp, EndsWithTheSupervisorsStatusWhenTheLastContainerHasEnded) {
  const int status = up([](int listener) {
    Peer peer(listener);
    peer.expect("up");
    peer.say({.kind = "Container", .name = "app-web-1", .action = "Started"});
    peer.say({.type = EventType::instance, .instance = web(Phase::running)});
    peer.done();
    peer.say({.type = EventType::instance, .instance = web(Phase::exited)});
    peer.finished(3);
  });
  EXPECT_EQ(status, 3);
  EXPECT_EQ(content(progress_), " Container app-web-1  Started\n");
  EXPECT_EQ(content(output_), "web-1 exited with code 3\n");
}

TEST_F(ForegroundUp, StopsOnCtrlC) {
  const int status = up([](int listener) {
    Peer peer(listener);
    peer.expect("up");
    peer.done();
    press_ctrl_c();
    if (!peer.expect("stop").lease) throw std::runtime_error("the lease was given up");
    peer.done();
  });
  EXPECT_EQ(status, 130);
}

TEST_F(ForegroundUp, StopsOnCtrlCWhileItStarts) {
  const int status = up([](int listener) {
    Peer peer(listener);
    peer.expect("up");
    press_ctrl_c();
    peer.expect("stop");
    peer.done(1, "up was interrupted");
    peer.done();
  });
  EXPECT_EQ(status, 130);
}

TEST_F(ForegroundUp, KillsOnTheSecondCtrlC) {
  const int status = up([](int listener) {
    Peer peer(listener);
    peer.expect("up");
    peer.done();
    press_ctrl_c();
    peer.expect("stop");
    press_ctrl_c();
    if (peer.expect("kill").signal != "KILL") throw std::runtime_error("not killed");
    peer.finished(137);
  });
  EXPECT_EQ(status, 130);
}

TEST_F(ForegroundUp, StopsWhatRunsWhenTheStartHasFailed) {
  try {
    up([](int listener) {
      Peer peer(listener);
      peer.expect("up");
      peer.done(1, "container app-db-1 is unhealthy");
      peer.expect("stop");
      peer.done();
    });
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "container app-db-1 is unhealthy");
  }
}

TEST_F(ForegroundUp, GoesOnWithTheNextSupervisor) {
  const int status = up([this](int listener) {
    {
      Peer first(listener);
      first.expect("up");
      first.done();
    }
    ::close(listener);
    const auto second = runtime::sys::listen_unix(paths_.control_socket(), SOCK_STREAM);
    Peer peer(second.get());
    peer.expect("up");
    peer.done();
    press_ctrl_c();
    peer.expect("stop");
    peer.finished(0);
  });
  EXPECT_EQ(status, 130);
}

}  // namespace
}  // namespace orchestrator::cli
