// A container's own pseudo-terminal, from its own devpts.
#pragma once

#include <cstdint>

#include "runtime/container/inside.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime {

struct Terminal {
  sys::unique_fd master{};
  sys::unique_fd slave{};
};
/// Opens a new pair through the ptmx of the devpts mounted at /dev/pts; no path is used for the slave.
/// See ioctl_tty(2), TIOCGPTPEER. Sizes of 0 leave the default.
Terminal open_terminal(const Tree& tree, std::uint16_t rows, std::uint16_t columns);

/// /dev/console is the slave itself (bind mount).
void bind_console(const Tree& tree, const Terminal& terminal);

/// Makes the slave the controlling terminal of a new session and puts it on 0, 1 and 2.
void take_terminal(const Terminal& terminal);

}  // namespace runtime
