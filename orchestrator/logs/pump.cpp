#include "orchestrator/logs/pump.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "orchestrator/logs/record.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

/// The capacity of a pipe.
constexpr std::size_t kPiece = 64 << 10;
/// drain() takes at most this many pieces of a stream.
constexpr int kPieces = 16;
constexpr std::size_t kLargestBatch = 256 << 10;

/// What all pumps share, because none of them keeps anything here between two calls: a hundred containers
/// must not cost a hundred buffers.
struct Scratch {
  sys::Pipe side = sys::pipe(O_NONBLOCK);
  sys::unique_fd null = sys::open("/dev/null", O_WRONLY);
  std::array<char, kPiece> piece{};
  std::vector<char> records = std::vector<char>(kLargestBatch + kHeaderSize + kLongestText + 1);
};
Scratch& scratch() {
  static Scratch shared;
  return shared;
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// No batch fills more than a segment.
std::size_t batch_size(std::int64_t max_size) {
  return max_size > 0 ? std::min(kLargestBatch, static_cast<std::size_t>(max_size)) : kLargestBatch;
}

/// What is in the FIFO, without taking it, in the scratch piece.
std::string_view peek(int fifo) {
  Scratch& shared = scratch();
  const ssize_t copied =
      sys::retry([&] { return ::tee(fifo, shared.side.write.get(), kPiece, SPLICE_F_NONBLOCK); });
  if (copied <= 0) return {};
  const ssize_t got = sys::retry(
      [&] { return ::read(shared.side.read.get(), shared.piece.data(), static_cast<std::size_t>(copied)); });
  if (got != copied) sys::throw_errno("read a container's output");
  return {shared.piece.data(), static_cast<std::size_t>(got)};
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

/// Texts of the records at the end that belong to the stream's unfinished line; none where it is finished.
std::vector<std::string_view> unfinished_line(std::string_view records, bool is_error) {
  std::vector<std::string_view> parts;
  while (!records.empty()) {
    const std::size_t newline = std::min(records.find('\n'), records.size() - 1);
    const auto record = parse(records.substr(0, newline));
    records.remove_prefix(newline + 1);
    if (!record || record->is_error != is_error) continue;
    if (record->partial)
      parts.push_back(record->text);
    else
      parts.clear();
  }
  return parts;
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

Pump::Pump(sys::unique_fd out, sys::unique_fd err, const PumpOptions& options)
    : out_{.fd = std::move(out)},
      err_{.fd = std::move(err), .is_error = true},
      terminal_(!err_.fd),
      batch_(batch_size(options.max_size)),
      writer_(options.directory, options.max_size, options.max_files) {
  for (const Stream* stream : {&out_, &err_}) {
    if (!stream->fd) continue;
    const int flags = ::fcntl(stream->fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(stream->fd.get(), F_SETFL, flags | O_NONBLOCK) != 0)
      sys::throw_errno("make a container's output non-blocking");
  }
  const std::string records = writer_.last_records(2 * kPiece);
  adopt(out_, records);
  if (!terminal_) adopt(err_, records);
}

/// Finds out whether an earlier pump was killed between writing the beginning of a line and taking it from
/// the FIFO. Then it comes again, and must not be taken for the line's continuation.
void Pump::adopt(Stream& stream, std::string_view records) {
  const std::vector<std::string_view> parts = unfinished_line(records, stream.is_error);
  stream.in_line = !parts.empty();
  if (!stream.in_line || terminal_) return;
  const std::string_view waiting = peek(stream.fd.get());
  // The piece that comes again began with one of the parts.
  for (std::size_t first = 0; first < parts.size(); ++first) {
    std::string again;
    for (std::size_t i = first; i < parts.size(); ++i) again += parts[i];
    if (waiting.starts_with(again)) {
      write(stream, "\n");
      return;
    }
  }
}

std::vector<int> Pump::fds() const {
  if (terminal_) return {out_.fd.get()};
  return {out_.fd.get(), err_.fd.get()};
}

bool Pump::drain() {
  for (Stream* stream : {&out_, &err_}) {
    if (!stream->fd) continue;
    for (int i = 0; i < kPieces; ++i) {
      const Took took = take(*stream);
      if (took == Took::end) return false;
      if (took == Took::nothing) break;
    }
  }
  return true;
}

void Pump::finish() {
  // Nobody writes any more, but for a process that has the FIFO from elsewhere: not for ever, then.
  constexpr int kPatience = 64;
  for (Stream* stream : {&out_, &err_}) {
    if (!stream->fd) continue;
    for (int i = 0; i < kPatience && take(*stream) == Took::piece; ++i) {
    }
    if (stream->in_line) write(*stream, "\n");
  }
}

Pump::Took Pump::take(Stream& stream) { return terminal_ ? take_from_terminal() : take_from_fifo(stream); }

/// Whole lines where there are any: the beginning of the next one waits in the FIFO and usually comes
/// complete. A beginning alone is taken as well, or poll(2) would report it without end.
Pump::Took Pump::take_from_fifo(Stream& stream) {
  std::string_view piece = peek(stream.fd.get());
  if (piece.empty()) return Took::nothing;
  if (const std::size_t newline = piece.rfind('\n'); newline != std::string_view::npos)
    piece = piece.substr(0, newline + 1);
  write(stream, piece);
  discard(stream.fd.get(), piece.size());
  return Took::piece;
}

Pump::Took Pump::take_from_terminal() {
  Scratch& shared = scratch();
  const ssize_t size =
      sys::retry([&] { return ::read(out_.fd.get(), shared.piece.data(), shared.piece.size()); });
  if (size < 0 && errno == EAGAIN) return Took::nothing;
  if (size <= 0) return Took::end;  // EIO: the last process has closed the terminal
  write(out_, {shared.piece.data(), static_cast<std::size_t>(size)});
  return Took::piece;
}

void Pump::write(Stream& stream, std::string_view text) {
  tell_lost();
  char* const begin = scratch().records.data();
  char* place = begin;
  const Header head = header(now_ns(), stream.is_error);
  bool may_rotate = !out_.in_line && !err_.in_line;
  const auto flush = [&] {
    lost_ += writer_.append({begin, static_cast<std::size_t>(place - begin)}, may_rotate);
    place = begin;
    may_rotate = !out_.in_line && !err_.in_line;
  };
  while (!text.empty()) {
    const auto* newline = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
    const std::size_t length = newline ? static_cast<std::size_t>(newline - text.data()) : text.size();
    // A line of just this length, and its newline, are one record.
    const bool whole = newline && length <= kLongestText;
    std::string_view part = text.substr(0, std::min(length, kLongestText));
    text.remove_prefix(part.size() + (whole ? 1 : 0));
    if (terminal_ && whole && part.ends_with('\r')) part.remove_suffix(1);
    const std::size_t used = static_cast<std::size_t>(place - begin);
    if (used > 0 && used + kHeaderSize + part.size() + 1 > batch_) flush();
    std::memcpy(place, head.data(), kHeaderSize);
    if (!whole) place[kTagPosition] = 'P';
    std::memcpy(place + kHeaderSize, part.data(), part.size());
    place += kHeaderSize + part.size();
    *place++ = '\n';
    stream.in_line = !whole;
  }
  if (place != begin) flush();
}

/// Says in the log itself that something is missing, as soon as there is room to say it.
void Pump::tell_lost() {
  if (lost_ == 0) return;
  const Header head = header(now_ns(), true);
  const std::string sentence =
      "mdcompose: " + std::to_string(lost_) + " bytes of this log could not be written\n";
  if (writer_.append(std::string(head.data(), head.size()) + sentence, false) == 0) lost_ = 0;
}

}  // namespace orchestrator::logs
