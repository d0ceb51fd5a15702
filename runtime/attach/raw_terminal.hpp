// The user's terminal, lent to a process in a container: every key goes through as it is. See termios(3).
#pragma once

#include <termios.h>

namespace runtime {

/// Raw for as long as it lives. The destructor puts the settings back; whoever holds one blocks the signals
/// that would end the process without destructors.
class RawTerminal {
 public:
  /// `fd` is a terminal, borrowed. Throws std::system_error.
  explicit RawTerminal(int fd);
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  int fd_;
  termios before_{};
};

struct TerminalSize {
  unsigned short rows = 0;
  unsigned short columns = 0;
};
/// Zeros where `fd` is no terminal.
TerminalSize terminal_size(int fd);
/// Gives the pty behind `master` the size of the terminal `fd`, if it is one; the kernel sends SIGWINCH to
/// those inside.
void copy_terminal_size(int fd, int master);

}  // namespace runtime
