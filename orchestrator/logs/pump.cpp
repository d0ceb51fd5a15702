#include "orchestrator/logs/pump.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

/// A pipe's capacity: one piece is all that is there.
constexpr std::size_t kPiece = 64 << 10;
/// Longer lines are several records, as Docker and Kubernetes do it.
constexpr std::size_t kLongestRecord = 16 << 10;

/// One of each for all pumps: there is one thread, and a piece never stays in them.
std::array<char, kPiece>& buffer() {
  static std::array<char, kPiece> shared;
  return shared;
}
const sys::Pipe& side_pipe() {
  static const sys::Pipe shared = sys::pipe(O_NONBLOCK);
  return shared;
}

std::string timestamp() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  tm utc{};
  ::gmtime_r(&now.tv_sec, &utc);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + length, text.size() - length, ".%09ldZ ", now.tv_nsec);
  return text.data();
}

}  // namespace

sys::unique_fd open_fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST) sys::throw_errno("make fifo " + path);
  return sys::open(path, O_RDWR | O_NONBLOCK);
}

Pump::Pump(sys::unique_fd out, sys::unique_fd err, const PumpOptions& options)
    : out_{.fd = std::move(out), .name = "stdout"},
      err_{.fd = std::move(err), .name = "stderr"},
      terminal_(!err_.fd),
      writer_(options.directory, options.max_size, options.max_files) {
  if (terminal_) ::fcntl(out_.fd.get(), F_SETFL, O_NONBLOCK);
}

std::vector<int> Pump::fds() const {
  if (terminal_) return {out_.fd.get()};
  return {out_.fd.get(), err_.fd.get()};
}

bool Pump::drain() {
  if (terminal_) return drain_terminal(out_);
  const bool out = drain_pipe(out_);
  return drain_pipe(err_) && out;
}

/// tee(2) copies without taking; the piece is taken when it has been written down.
bool Pump::drain_pipe(Stream& stream) {
  for (;;) {
    const ssize_t size = ::tee(stream.fd.get(), side_pipe().write.get(), kPiece, SPLICE_F_NONBLOCK);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return true;
    const ssize_t copied = ::read(side_pipe().read.get(), buffer().data(), static_cast<std::size_t>(size));
    if (copied <= 0) return true;
    write(stream, {buffer().data(), static_cast<std::size_t>(copied)});
    for (ssize_t left = copied; left > 0;) {
      const ssize_t taken = ::read(stream.fd.get(), buffer().data(), static_cast<std::size_t>(left));
      if (taken <= 0) return true;
      left -= taken;
    }
  }
}

bool Pump::drain_terminal(Stream& stream) {
  for (;;) {
    const ssize_t size = ::read(stream.fd.get(), buffer().data(), buffer().size());
    if (size > 0) {
      write(stream, {buffer().data(), static_cast<std::size_t>(size)});
      continue;
    }
    if (size < 0 && errno == EINTR) continue;
    return size < 0 && errno == EAGAIN;  // EIO: the last process has closed the terminal
  }
}

void Pump::write(Stream& stream, std::string_view data) {
  const std::string head = timestamp() + stream.name;
  std::string records;
  records.reserve(data.size() + data.size() / 2);
  while (!data.empty()) {
    const std::size_t newline = data.substr(0, kLongestRecord).find('\n');
    const bool whole = newline != std::string_view::npos;
    std::string_view text = data.substr(0, whole ? newline : kLongestRecord);
    data.remove_prefix(text.size() + (whole ? 1 : 0));
    if (terminal_ && whole && text.ends_with('\r')) text.remove_suffix(1);
    records.append(head).append(whole ? " F " : " P ").append(text).push_back('\n');
    stream.in_line = !whole;
  }
  writer_.append(records, !out_.in_line && !err_.in_line);
}

void Pump::finish() {
  (void)drain();
  for (Stream* stream : {&out_, &err_})
    if (stream->in_line) write(*stream, "\n");
}

}  // namespace orchestrator::logs
