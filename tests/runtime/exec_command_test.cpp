// `mdcompose exec` as a user sees it: streams, exit code, terminal, in a container that really runs.
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <string_view>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/state/instance.hpp"
#include "runtime/spec/json.hpp"
#include "sandbox.hpp"

namespace orchestrator::cli {
namespace {

using runtime::sys::unique_fd;
using runtime::test::Outcome;

/// A terminal hands over in pieces, and later, what was written at once.
std::string read_until(int terminal, std::string_view end) {
  std::string shown;
  pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
  while (shown.find(end) == std::string::npos && ::poll(&ready, 1, 10'000) == 1) {
    std::array<char, 4096> piece{};
    const ssize_t count = ::read(terminal, piece.data(), piece.size());
    if (count <= 0) break;
    shown.append(piece.data(), static_cast<std::size_t>(count));
  }
  return shown;
}

/// A running container with the records that a supervisor would have written.
struct ExecCommand : testing::Test {
  runtime::test::Sandbox box{};
  runtime::Spec spec = box.shell("sleep 60");
  runtime::Started init = runtime::create(spec, nullptr, {});
  state::ProjectPaths paths = state::paths_of({.runtime = box / "run", .data = box / "data"}, "app");

  void SetUp() override {
    ::setenv("MDCOMPOSE_RUNTIME_DIR", (box / "run").c_str(), 1);
    init.wait_ready();
    init.release();
    init.wait_started();
    std::filesystem::create_directories(paths.instance("web-1"));
    runtime::sys::replace_file(paths.spec_file("web-1"), runtime::to_json(spec));
    state::save(paths, {.id = "web-1",
                        .name = "app-web-1",
                        .service = "web",
                        .phase = state::Phase::running,
                        .boot_id = runtime::sys::boot_id(),
                        .pid = init.pid(),
                        .pidfd_inode = runtime::sys::pidfd_inode(init.pidfd())});
  }
  void TearDown() override {
    runtime::sys::pidfd_send_signal(init.pidfd(), SIGKILL);
    runtime::sys::wait_pidfd(init.pidfd());
  }

  /// Runs `mdcompose -p app exec ARGUMENTS` with these streams.
  static unique_fd start(const std::vector<std::string>& arguments, int in, int out) {
    runtime::sys::Cloned child = runtime::sys::clone3(0);
    if (child.pid != 0) return std::move(child.pidfd);
    ::setsid();
    ::ioctl(in, TIOCSCTTY, 0);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    std::vector<std::string> words{"-p", "app", "exec"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    try {
      ::_exit(run(words, [] {}));
    } catch (const std::exception& error) {
      ::dprintf(STDERR_FILENO, "%s\n", error.what());
      ::_exit(99);
    }
  }
  static Outcome exec_in(const std::vector<std::string>& arguments, const std::string& input = "") {
    runtime::sys::Pipe in = runtime::sys::pipe();
    runtime::sys::Pipe out = runtime::sys::pipe();
    const unique_fd child = start(arguments, in.read.get(), out.write.get());
    runtime::sys::write_all(in.write.get(), input);
    in.write.reset();
    out.write.reset();
    Outcome outcome{.output = runtime::sys::read_all(out.read.get())};
    outcome.status = runtime::sys::wait_pidfd(child.get()).value();
    return outcome;
  }
};

TEST_F(ExecCommand, PassesStreamsAndTheExitCode) {
  const Outcome outcome =
      exec_in({"web", "sh", "-c", "read line; echo got $line; hostname; exit 5"}, "hello\n");
  EXPECT_EQ(outcome.output, "got hello\nbox\n");
  EXPECT_EQ(outcome.status.shell_code(), 5);
}

TEST_F(ExecCommand, RunsAsAnotherUserElsewhereWithItsOwnEnvironment) {
  EXPECT_EQ(
      exec_in({"-u", "app", "-w", "/tmp", "-e", "A=b", "web", "sh", "-c", "id -u; pwd; echo $A"}).output,
      "1000\n/tmp\nb\n");
}

TEST_F(ExecCommand, SaysThatACommandIsNotThere) {
  const Outcome outcome = exec_in({"web", "nosuch"});
  EXPECT_EQ(outcome.status.shell_code(), 127);
  EXPECT_NE(outcome.output.find("nosuch"), std::string::npos) << outcome.output;
}

TEST_F(ExecCommand, SaysThatTheServiceDoesNotRun) {
  EXPECT_EQ(exec_in({"--index", "2", "web", "true"}).output, "service \"web\" is not running as number 2\n");
}

TEST_F(ExecCommand, LeavesADetachedCommandRunning) {
  EXPECT_EQ(exec_in({"-d", "web", "sh", "-c", "touch /tmp/begun; sleep 60"}).status.shell_code(), 0);
  EXPECT_EQ(exec_in({"web", "sh", "-c", "while ! test -e /tmp/begun; do :; done; ps | grep -c '[s]leep 60'"})
                .output,
            "2\n");
}

TEST_F(ExecCommand, OnATerminalIsInteractiveAndGivesTheTerminalBack) {
  const unique_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(::grantpt(master.get()) | ::unlockpt(master.get()), 0);
  unique_fd slave = runtime::sys::open(::ptsname(master.get()), O_RDWR | O_NOCTTY);
  const winsize size{.ws_row = 40, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::ioctl(slave.get(), TIOCSWINSZ, &size), 0);
  termios before{};
  ASSERT_EQ(::tcgetattr(slave.get(), &before), 0);
  const unique_fd child = start({"web", "sh", "-c", "tty; stty size; read line; echo got $line; exit 6"},
                                slave.get(), slave.get());
  runtime::sys::write_all(master.get(), "hello\r");
  EXPECT_EQ(runtime::sys::wait_pidfd(child.get()).value().shell_code(), 6);
  termios after{};
  ASSERT_EQ(::tcgetattr(slave.get(), &after), 0);
  EXPECT_EQ(after.c_lflag, before.c_lflag);
  const std::string shown = read_until(master.get(), "got hello\r\n");
  // What is typed is echoed somewhere between them.
  EXPECT_NE(shown.find("/dev/pts/0\r\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("40 100\r\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("got hello\r\n"), std::string::npos) << shown;
}

}  // namespace
}  // namespace orchestrator::cli
