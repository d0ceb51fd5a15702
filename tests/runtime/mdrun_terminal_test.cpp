// Terminals of containers that the program mdrun runs: given to an engine's socket, or carried to its own.
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "runtime/spec/json.hpp"
#include "runtime/sys/socket.hpp"
#include "sandbox.hpp"

namespace runtime::test {
namespace {

struct Pty {
  sys::unique_fd master{};
  sys::unique_fd slave{};
};
Pty make_pty() {
  sys::unique_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  EXPECT_EQ(::grantpt(master.get()) | ::unlockpt(master.get()), 0);
  sys::unique_fd slave = sys::open(::ptsname(master.get()), O_RDWR | O_NOCTTY);
  return {std::move(master), std::move(slave)};
}

/// What comes until `end` has come, or nothing comes for ten seconds.
std::string read_until(int fd, const std::string& end) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.find(end) == std::string::npos) {
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, 10'000) != 1) break;
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

struct MdrunTerminal : testing::Test {
  Sandbox box{};
  /// Two containers of one name are in one cgroup, whatever their --root: the other tests run at the same
  /// time.
  const std::string id = "terminal-" + std::to_string(::getpid());

  /// A bundle whose process is this script, on a terminal.
  void bundle(const std::string& script) const {
    Spec spec = box.shell(script);
    spec.process.terminal = true;
    box.write("bundle/config.json", to_json(spec));
  }
  /// mdrun's process; `terminal` becomes its controlling terminal and standard streams, otherwise they are
  /// /dev/null and `out`.
  sys::unique_fd start(std::vector<std::string> words, int terminal, int out) const {
    words.insert(words.begin(), {MDRUN, "--root", box / "state"});
    sys::Cloned child = sys::clone3(0);
    if (child.pid != 0) return std::move(child.pidfd);
    ::setsid();
    if (terminal >= 0) ::ioctl(terminal, TIOCSCTTY, 0);
    const sys::unique_fd nothing = sys::open("/dev/null", O_RDWR);
    ::dup2(terminal >= 0 ? terminal : nothing.get(), 0);
    ::dup2(terminal >= 0 ? terminal : out, 1);
    ::dup2(terminal >= 0 ? terminal : out, 2);
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(MDRUN, argv.data());
    ::_exit(127);
  }
  int run_quietly(std::vector<std::string> words) const {
    const sys::unique_fd nothing = sys::open("/dev/null", O_RDWR);
    return sys::wait_pidfd(start(std::move(words), -1, nothing.get()).get())->shell_code();
  }
};

TEST_F(MdrunTerminal, IsGivenToTheSocketOfAnEngine) {
  bundle("stty size; tty; read line; echo got $line");
  const sys::unique_fd listening = sys::listen_unix(box / "console", SOCK_STREAM);
  ASSERT_EQ(run_quietly({"create", "--bundle", box / "bundle", "--console-socket", box / "console", id}), 0);
  const sys::unique_fd connection(::accept(listening.get(), nullptr, nullptr));
  auto message = sys::receive_message(connection.get());
  ASSERT_TRUE(message && message->fds.size() == 1);
  EXPECT_EQ(message->data, "/dev/pts/0");
  const int master = message->fds.front().get();
  const winsize size{.ws_row = 40, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::ioctl(master, TIOCSWINSZ, &size), 0);
  ASSERT_EQ(run_quietly({"start", id}), 0);
  EXPECT_EQ(read_until(master, "pts/0\r\n"), "40 100\r\n/dev/pts/0\r\n");
  sys::write_all(master, "word\n");
  EXPECT_NE(read_until(master, "got word").find("got word"), std::string::npos);
  EXPECT_EQ(run_quietly({"delete", "--force", id}), 0);
}

TEST_F(MdrunTerminal, WithoutAListenerIsAnErrorThatLeavesNothing) {
  bundle("true");
  EXPECT_EQ(run_quietly({"create", "--bundle", box / "bundle", "--console-socket", box / "console", id}), 1);
  EXPECT_FALSE(sys::exists(box / ("state/" + id)));
}

TEST_F(MdrunTerminal, IsCarriedToTheUsersOwn) {
  bundle("stty size; read line; echo got $line; read never");
  const Pty pty = make_pty();
  const winsize size{.ws_row = 30, .ws_col = 90, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::ioctl(pty.slave.get(), TIOCSWINSZ, &size), 0);
  termios before{};
  ASSERT_EQ(::tcgetattr(pty.slave.get(), &before), 0);
  const sys::unique_fd engine = start({"run", box / "bundle"}, pty.slave.get(), -1);
  EXPECT_EQ(read_until(pty.master.get(), "30 90\r\n"), "30 90\r\n");
  sys::write_all(pty.master.get(), "word\n");
  EXPECT_NE(read_until(pty.master.get(), "got word").find("got word"), std::string::npos);
  // Ctrl-C is a key of the container's terminal, and ends the program in it.
  sys::write_all(pty.master.get(), "\x03");
  EXPECT_EQ(sys::wait_pidfd(engine.get())->shell_code(), 130);
  termios after{};
  ASSERT_EQ(::tcgetattr(pty.slave.get(), &after), 0);
  EXPECT_EQ(after.c_lflag, before.c_lflag);
}

TEST_F(MdrunTerminal, CanBeRunWithoutOneOfOnesOwn) {
  bundle("tty; exit 4");
  sys::Pipe pipe = sys::pipe();
  const sys::unique_fd engine = start({"run", box / "bundle"}, -1, pipe.write.get());
  pipe.write.reset();
  EXPECT_EQ(sys::read_all(pipe.read.get()), "/dev/pts/0\r\n");
  EXPECT_EQ(sys::wait_pidfd(engine.get())->shell_code(), 4);
}

TEST_F(MdrunTerminal, IsGivenToAProcessOfExec) {
  Spec spec = box.shell("exec sleep 1000");
  box.write("bundle/config.json", to_json(spec));
  ASSERT_EQ(run_quietly({"run", "--detach", "--bundle", box / "bundle", id}), 0);
  const Pty pty = make_pty();
  const sys::unique_fd engine = start({"exec", "--tty", id, "sh", "-c", "tty; exit 6"}, pty.slave.get(), -1);
  EXPECT_EQ(read_until(pty.master.get(), "\r\n"), "/dev/pts/0\r\n");
  EXPECT_EQ(sys::wait_pidfd(engine.get())->shell_code(), 6);
  EXPECT_EQ(run_quietly({"exec", "--tty", "--detach", id, "true"}), 2);
  EXPECT_EQ(run_quietly({"delete", "--force", id}), 0);
}

}  // namespace
}  // namespace runtime::test
