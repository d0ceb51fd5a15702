#include "orchestrator/logs/fifo.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

/// What all share, because nobody keeps anything here between two calls: a hundred containers must not cost a
/// hundred buffers.
struct Scratch {
  sys::Pipe side = sys::pipe(O_NONBLOCK);
  sys::unique_fd null = sys::open("/dev/null", O_WRONLY);
  std::unique_ptr<char[]> piece = std::make_unique_for_overwrite<char[]>(kLargestPiece);
  // Where the user's pipes hold too much already, a piece is what fits into a usual one.
  Scratch() { (void)::fcntl(side.write.get(), F_SETPIPE_SZ, kLargestPiece); }
};
Scratch& scratch() {
  static Scratch shared;
  return shared;
}

}  // namespace

sys::unique_fd open_fifo(const std::string& path) {
  // Programs in the container reopen /dev/stdout, under any user id. Others are kept out by the directory.
  constexpr mode_t kWritable = 0622;
  if (::mkfifo(path.c_str(), kWritable) != 0 && errno != EEXIST) sys::throw_errno("make fifo " + path);
  sys::unique_fd fifo = sys::open(path, O_RDWR | O_NONBLOCK);
  if (::fchmod(fifo.get(), kWritable) != 0) sys::throw_errno("chmod " + path);
  return fifo;
}

std::string_view peek(int fifo) {
  Scratch& shared = scratch();
  const ssize_t copied =
      sys::retry([&] { return ::tee(fifo, shared.side.write.get(), kLargestPiece, SPLICE_F_NONBLOCK); });
  if (copied <= 0) return {};
  const ssize_t got = sys::retry(
      [&] { return ::read(shared.side.read.get(), shared.piece.get(), static_cast<std::size_t>(copied)); });
  if (got != copied) sys::throw_errno("read a container's output");
  return {shared.piece.get(), static_cast<std::size_t>(got)};
}

void discard(int fifo, std::size_t size) {
  const int null = scratch().null.get();
  while (size > 0) {
    const ssize_t gone =
        sys::retry([&] { return ::splice(fifo, nullptr, null, nullptr, size, SPLICE_F_NONBLOCK); });
    if (gone <= 0) sys::throw_errno("take a container's output");
    size -= static_cast<std::size_t>(gone);
  }
}

TerminalPiece read_terminal(int master) {
  Scratch& shared = scratch();
  const ssize_t size = sys::retry([&] { return ::read(master, shared.piece.get(), kPipeSize); });
  if (size < 0 && errno == EAGAIN) return {};
  if (size <= 0) return {.is_end = true};  // EIO
  return {.text = {shared.piece.get(), static_cast<std::size_t>(size)}};
}

void make_nonblocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    sys::throw_errno("make a container's output non-blocking");
}

}  // namespace orchestrator::logs
