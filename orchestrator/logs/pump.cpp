#include "orchestrator/logs/pump.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>

#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/logs/record.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

constexpr std::size_t kLargestBatch = 256 << 10;

/// Shared by all pumps: none of them keeps anything here between two calls.
std::vector<char>& batch_buffer() {
  static std::vector<char> shared(kLargestBatch + kHeaderSize + kLongestText + 1);
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

/// A pipe is full when its 16 pages are taken, and a write(2) that does not fit into the rest of the last one
/// begins another: each is more than half full then, where writes are no larger than a page.
bool may_have_been_full(std::string_view piece) { return piece.size() >= kPipeSize / 2; }

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

Pump::Pump(sys::unique_fd out, sys::unique_fd err, const PumpOptions& options)
    : out_{.fd = std::move(out)},
      err_{.fd = std::move(err), .is_error = true},
      terminal_(!err_.fd),
      widens_(options.widens),
      batch_(batch_size(options.max_size)),
      writer_(options.directory, options.max_size, options.max_files) {
  if (options.journal) journal_.emplace(*options.journal);
  std::size_t again = kPipeSize;  // what may come a second time
  for (const Stream* stream : {&out_, &err_}) {
    if (!stream->fd) continue;
    make_nonblocking(stream->fd.get());
    if (!terminal_) again = std::max(again, peek(stream->fd.get()).size());
  }
  const std::string records = writer_.last_records(2 * again);
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
  std::string line;
  for (const std::string_view part : parts) line += part;
  // The piece that comes again began with one of the parts.
  std::size_t begin = line.size();
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    begin -= part->size();
    const std::string_view again = std::string_view(line).substr(begin);
    if (again.size() > waiting.size()) return;
    if (waiting.starts_with(again)) return write(stream, "\n");
  }
}

std::vector<int> Pump::fds() const {
  if (terminal_) return {out_.fd.get()};
  return {out_.fd.get(), err_.fd.get()};
}

bool Pump::drain(int fd) {
  Stream& stream = fd == out_.fd.get() ? out_ : err_;
  for (int i = 0; i < kPiecesAtOnce; ++i) {
    const Took took = take(stream);
    if (took == Took::end) return false;
    if (took != Took::piece) break;
  }
  return true;
}

void Pump::take_rest() {
  // Nobody writes any more, but for a process that has the FIFO from elsewhere: not for ever, then.
  constexpr int kPatience = 4 * kPiecesAtOnce;
  for (Stream* stream : {&out_, &err_})
    for (int i = 0; stream->fd && i < kPatience; ++i) {
      const Took took = take(*stream);
      if (took == Took::nothing || took == Took::end) break;
    }
}

void Pump::finish() {
  take_rest();
  for (Stream* stream : {&out_, &err_})
    if (stream->in_line) write(*stream, "\n");
  tell_lost();
}

Pump::Took Pump::take(Stream& stream) { return terminal_ ? take_from_terminal() : take_from_fifo(stream); }

/// Whole lines where there are any: the beginning of the next one waits in the FIFO and usually comes
/// complete. A beginning alone is taken as well, or poll(2) would report it without end.
Pump::Took Pump::take_from_fifo(Stream& stream) {
  std::string_view piece = peek(stream.fd.get());
  if (piece.empty()) return Took::nothing;
  const bool is_much = may_have_been_full(piece);
  if (widens_ && is_much) stream.width.widen();
  if (const std::size_t newline = piece.rfind('\n'); newline != std::string_view::npos)
    piece = piece.substr(0, newline + 1);
  write(stream, piece);
  discard(stream.fd.get(), piece.size());
  return is_much ? Took::piece : Took::little;
}

Pump::Took Pump::take_from_terminal() {
  const TerminalPiece piece = read_terminal(out_.fd.get());
  if (piece.is_end) return Took::end;
  if (piece.text.empty()) return Took::nothing;
  write(out_, piece.text);
  return Took::piece;
}

void Pump::write(Stream& stream, std::string_view text) {
  tell_lost();
  char* const begin = batch_buffer().data();
  char* place = begin;
  const std::int64_t now = now_ns();
  const Header head = header(now, stream.is_error);
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
    if (journal_)
      journal_->send({.time_ns = now, .is_error = stream.is_error, .partial = !whole, .text = part});
    // What ends a line goes to the file that it began in, and what follows need not.
    if (!may_rotate && !out_.in_line && !err_.in_line) flush();
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
