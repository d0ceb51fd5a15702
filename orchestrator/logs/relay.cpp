#include "orchestrator/logs/relay.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "orchestrator/logs/fifo.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

/// A pipe with room for about this many bytes; the kernel rounds up, and bounds what a user may have.
sys::Pipe pipe_with_room(std::int64_t room) {
  constexpr std::int64_t kLargest = 1 << 30;
  constexpr std::int64_t kWithoutPrivilege = 1 << 20;
  sys::Pipe pipe = sys::pipe(O_NONBLOCK);
  for (const std::int64_t size : {std::min(room, kLargest), std::min(room, kWithoutPrivilege)})
    if (::fcntl(pipe.write.get(), F_SETPIPE_SZ, static_cast<int>(size)) >= 0) break;
  return pipe;
}

}  // namespace

Passage::Passage(sys::unique_fd from, sys::unique_fd to, bool terminal)
    : from_(std::move(from)), to_(std::move(to)), terminal_(terminal) {
  make_nonblocking(from_.get());
}

bool Passage::pass() {
  if (terminal_) {
    const TerminalPiece piece = read_terminal(from_.get());
    at_end_ = piece.is_end;
    forward(piece.text);
    return !piece.text.empty();
  }
  // Taken only when it is in the pipe: there it outlives us.
  const std::string_view piece = peek(from_.get());
  const std::size_t size = piece.size();
  if (size == 0) return false;
  forward(piece);
  discard(from_.get(), size);
  return true;
}

void Passage::forward(std::string_view text) {
  if (skipping_) skip_rest(text);
  while (!text.empty()) {
    const std::string_view next = next_of(text);
    const bool begins_anew = fits(next) && (!cut_ || write("\n") == 1);
    const std::size_t written = begins_anew ? write(next) : 0;
    cut_ = cut_ && !begins_anew;
    if (written < next.size()) return drop(text.substr(written));
    text.remove_prefix(next.size());
  }
}

void Passage::skip_rest(std::string_view& text) {
  const std::size_t newline = text.find('\n');
  const std::size_t rest = newline == std::string_view::npos ? text.size() : newline + 1;
  skipping_ = newline == std::string_view::npos;
  dropped_ += rest;
  text.remove_prefix(rest);
}

/// Lines of which the pipe takes all or nothing, see pipe(7); or one that is longer, or not at its end.
std::string_view Passage::next_of(std::string_view text) const {
  const std::size_t first = text.find('\n');
  if (first == std::string_view::npos) return text;
  const std::size_t last = in_line_ ? first : text.substr(0, PIPE_BUF).rfind('\n');
  return text.substr(0, (last == std::string_view::npos ? first : last) + 1);
}

/// What is not taken as a whole must not be begun where it would be cut: then there is room for the rest of
/// its last line as well, unless that is long. Nobody but us fills the pipe.
bool Passage::fits(std::string_view text) const {
  if (text.size() <= PIPE_BUF && text.back() == '\n') return true;
  int waiting = 0;
  const int capacity = ::fcntl(to_.get(), F_GETPIPE_SZ);
  if (capacity < 0 || ::ioctl(to_.get(), FIONREAD, &waiting) != 0) return true;
  if (waiting == 0 && text.size() <= static_cast<std::size_t>(capacity)) return true;
  // Pages may be half empty: what is written is joined to the last one only where it fits into it.
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  constexpr std::size_t kPartlyRead = 1;
  constexpr std::size_t kBegun = 2;
  return 2 * static_cast<std::size_t>(waiting) + text.size() + PIPE_BUF + (kPartlyRead + kBegun) * page <=
         static_cast<std::size_t>(capacity);
}

void Passage::drop(std::string_view text) {
  dropped_ += text.size();
  skipping_ = text.back() != '\n';
  cut_ = in_line_;
}

std::size_t Passage::write(std::string_view text) {
  const ssize_t size = sys::retry([&] { return ::write(to_.get(), text.data(), text.size()); });
  if (size <= 0) return 0;
  in_line_ = text[static_cast<std::size_t>(size) - 1] != '\n';
  return static_cast<std::size_t>(size);
}

std::uint64_t Passage::take_dropped() { return std::exchange(dropped_, 0); }

bool Passage::say(const std::string& sentence) {
  if (in_line_ && !cut_) return false;
  // Atomic, see pipe(7): all of it or nothing.
  const std::string line = (cut_ ? "\n" : "") + sentence + "\n";
  const bool said = write(line) == line.size();
  cut_ = cut_ && !said;
  return said;
}

Relay::Relay(sys::unique_fd out, sys::unique_fd err, PumpOptions options, std::int64_t room,
             const Program& program) {
  options.widens = false;  // `room` is what may wait
  const bool terminal = !err;
  std::vector<sys::unique_fd> readers;
  for (sys::unique_fd* from : {&out, &err}) {
    if (!*from) continue;
    sys::Pipe pipe = pipe_with_room(room);
    passages_.emplace_back(std::move(*from), std::move(pipe.write), terminal);
    readers.push_back(std::move(pipe.read));
  }
  writer_.emplace_back(readers.front().get(), terminal ? -1 : readers.back().get(), options, program);
}

std::vector<int> Relay::fds() const {
  std::vector<int> fds;
  for (const Passage& passage : passages_) fds.push_back(passage.from());
  return fds;
}

bool Relay::drain(int fd) {
  Passage& passage = fd == passages_.front().from() ? passages_.front() : passages_.back();
  take(passage);
  tell_dropped();
  return !passage.is_at_end();
}

void Relay::take(Passage& passage) {
  for (int i = 0; i < kPiecesAtOnce && passage.pass(); ++i) {
  }
  untold_ += passage.take_dropped();
}

void Relay::tell_dropped() {
  if (untold_ == 0) return;
  const std::string sentence = "mdcompose: " + std::to_string(untold_) +
                               " bytes of output were dropped: the log could not be written fast enough";
  if (passages_.back().say(sentence)) untold_ = 0;
}

void Relay::finish() {
  for (Passage& passage : passages_) take(passage);
  tell_dropped();
  writer_.front().finish();
}

}  // namespace orchestrator::logs
