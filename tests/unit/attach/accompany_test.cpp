// A process on a terminal of its own is as if it were on the user's.
#include "runtime/attach/accompany.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <thread>

#include "runtime/attach/raw_terminal.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

using sys::unique_fd;

struct Pty {
  unique_fd master{};
  unique_fd slave{};
};
Pty make_pty() {
  unique_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  EXPECT_EQ(::grantpt(master.get()) | ::unlockpt(master.get()), 0);
  unique_fd slave = sys::open(::ptsname(master.get()), O_RDWR | O_NOCTTY);
  return {std::move(master), std::move(slave)};
}

/// `sh -c script` with the slave as its terminal.
unique_fd shell_on(Pty& pty, const char* script) {
  sys::Cloned child = sys::clone3(0);
  if (child.pid == 0) {
    ::setsid();
    ::ioctl(pty.slave.get(), TIOCSCTTY, 0);
    for (const int stream : {0, 1, 2}) ::dup2(pty.slave.get(), stream);
    ::execl("/bin/sh", "sh", "-c", script, nullptr);
    ::_exit(127);
  }
  pty.slave.reset();
  return std::move(child.pidfd);
}

class Relay : public testing::Test {
 protected:
  Pty pty_ = make_pty();
  sys::Pipe keys_ = sys::pipe();
  sys::Pipe shown_ = sys::pipe();

  sys::ExitStatus accompany_shell(const char* script) {
    const unique_fd shell = shell_on(pty_, script);
    sys::BlockedSignals signals{SIGTERM, SIGWINCH};
    const auto status =
        accompany_on_terminal(shell.get(), signals, keys_.read.get(), shown_.write.get(), pty_.master.get());
    shown_.write.reset();
    return status;
  }
};

TEST_F(Relay, CarriesKeysOutputAndExitCode) {
  sys::write_all(keys_.write.get(), "world\n");
  EXPECT_EQ(accompany_shell("stty -echo; read name; echo hello $name; exit 7").shell_code(), 7);
  EXPECT_NE(sys::read_all(shown_.read.get()).find("hello world\r\n"), std::string::npos);
}

TEST_F(Relay, DoesNotStopWhenMuchIsPastedIntoAProgramThatPrints) {
  std::string pasted(200'000, 'x');
  for (std::size_t i = 70; i < pasted.size(); i += 71) pasted[i] = '\n';
  std::thread user([&] { sys::write_all(keys_.write.get(), pasted); });
  std::string shown;
  std::thread screen([&] { shown = sys::read_all(shown_.read.get()); });
  EXPECT_EQ(accompany_shell("stty raw -echo; head -c 200000").shell_code(), 0);
  user.join();
  screen.join();
  EXPECT_GE(shown.size(), pasted.size());
}

/// It leads a session of its own, so the terminal's signals reach its company only.
TEST_F(Relay, PassesSignalsOn) {
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    const unique_fd shell = shell_on(pty_, "ulimit -c 0; exec sleep 60");
    sys::BlockedSignals signals{signal};
    ::raise(signal);
    EXPECT_EQ(accompany(shell.get(), signals).shell_code(), 128 + signal);
    pty_ = make_pty();
  }
}

TEST(RawTerminal, GivesTheSettingsBack) {
  const Pty pty = make_pty();
  termios before{};
  ASSERT_EQ(::tcgetattr(pty.slave.get(), &before), 0);
  termios during{};
  termios after{};
  {
    const RawTerminal raw(pty.slave.get());
    ::tcgetattr(pty.slave.get(), &during);
  }
  ::tcgetattr(pty.slave.get(), &after);
  EXPECT_EQ(during.c_lflag & (ICANON | ECHO | ISIG), 0U);
  EXPECT_EQ(after.c_lflag, before.c_lflag);
}

TEST(TerminalSize, IsCopiedToThePty) {
  const Pty user = make_pty();
  const Pty container = make_pty();
  const winsize size{.ws_row = 50, .ws_col = 132, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::ioctl(user.slave.get(), TIOCSWINSZ, &size), 0);
  copy_terminal_size(user.slave.get(), container.master.get());
  EXPECT_EQ(terminal_size(container.slave.get()).rows, 50);
  EXPECT_EQ(terminal_size(container.slave.get()).columns, 132);
}

}  // namespace
}  // namespace runtime
