#include "runtime/container/terminal.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"

namespace runtime {

Terminal open_terminal(const Tree& tree, std::uint16_t rows, std::uint16_t columns) {
  Terminal terminal;
  auto master = tree.open("/dev/pts/ptmx", O_RDWR | O_NOCTTY);
  if (!master) sys::throw_errno("open /dev/pts/ptmx", ENOENT);
  terminal.master = std::move(*master);
  // In a running container something else may lie there by now.
  struct statfs system {};
  if (::fstatfs(terminal.master.get(), &system) != 0 || system.f_type != DEVPTS_SUPER_MAGIC)
    sys::throw_errno("open /dev/pts/ptmx", ENOTTY);
  int locked = 0;
  if (::ioctl(terminal.master.get(), TIOCSPTLCK, &locked) != 0) sys::throw_errno("unlock terminal");
  terminal.slave.reset(::ioctl(terminal.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.slave) sys::throw_errno("open terminal");
  if (rows != 0 && columns != 0) {
    const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    if (::ioctl(terminal.slave.get(), TIOCSWINSZ, &size) != 0) sys::throw_errno("set terminal size");
  }
  return terminal;
}

void bind_console(const Tree& tree, const Terminal& terminal) {
  const sys::unique_fd target = tree.make("/dev/console", Node::file);
  sys::attach_mount(sys::clone_tree(terminal.slave.get(), "", false).get(), target.get());
}

void take_terminal(const Terminal& terminal) {
  if (::ioctl(terminal.slave.get(), TIOCSCTTY, 0) != 0) sys::throw_errno("take the terminal");
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::dup2(terminal.slave.get(), fd) < 0) sys::throw_errno("put the terminal on standard input");
}

}  // namespace runtime
