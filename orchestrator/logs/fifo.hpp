// Named FIFOs that a container writes to, and how output is looked at before it is taken.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

/// The capacity of a pipe as the kernel makes it, and of a wide one (wide_fifo.hpp).
inline constexpr std::size_t kPipeSize = 64 << 10;
inline constexpr std::size_t kWidePipeSize = 256 << 10;
/// The most that peek() shows.
inline constexpr std::size_t kLargestPiece = kWidePipeSize;
/// How many of them a drain() takes of one stream at most: a megabyte.
inline constexpr int kPiecesAtOnce = 4;

/// The reading end of a named FIFO, made where it is missing; does not block. It is open for writing as well:
/// no writer ever gets EPIPE, and the end of the output is the container's death, not end of file.
runtime::sys::unique_fd open_fifo(const std::string& path);

/// What waits in a pipe or FIFO, without taking it; empty where nothing does. Valid until the next call.
std::string_view peek(int fifo);
/// Takes it.
void discard(int fifo, std::size_t size);

struct TerminalPiece {
  std::string_view text{};  ///< valid until the next call
  bool is_end = false;      ///< the last process has closed the terminal
};
/// Takes what the master of a pseudo-terminal has; it cannot be looked at before.
TerminalPiece read_terminal(int master);

/// Throws std::system_error.
void make_nonblocking(int fd);

}  // namespace orchestrator::logs
