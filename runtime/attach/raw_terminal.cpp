#include "runtime/attach/raw_terminal.hpp"

#include <sys/ioctl.h>

#include "runtime/sys/error.hpp"

namespace runtime {

RawTerminal::RawTerminal(int fd) : fd_(fd) {
  if (::tcgetattr(fd, &before_) != 0) sys::throw_errno("read the terminal's settings");
  termios raw = before_;
  ::cfmakeraw(&raw);
  if (::tcsetattr(fd, TCSADRAIN, &raw) != 0) sys::throw_errno("make the terminal raw");
}

RawTerminal::~RawTerminal() { ::tcsetattr(fd_, TCSADRAIN, &before_); }

TerminalSize terminal_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return {};
  return {.rows = size.ws_row, .columns = size.ws_col};
}

void copy_terminal_size(int fd, int master) {
  const TerminalSize size = terminal_size(fd);
  if (size.rows == 0 && size.columns == 0) return;
  const winsize wanted{.ws_row = size.rows, .ws_col = size.columns, .ws_xpixel = 0, .ws_ypixel = 0};
  // A pty whose other side has just been closed has no size any more; its end is told by poll.
  ::ioctl(master, TIOCSWINSZ, &wanted);
}

}  // namespace runtime
