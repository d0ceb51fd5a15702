#include "orchestrator/logs/reader.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "orchestrator/logs/place.hpp"
#include "orchestrator/logs/segments.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

/// More than any record has.
constexpr std::size_t kBuffer = 256 << 10;
constexpr std::size_t kLongestLine = 1 << 20;

}  // namespace

Reader::Reader(ReaderOptions options) : options_(std::move(options)) {
  if (!options_.follow) return;
  watch_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!watch_) sys::throw_errno("make an inotify descriptor");
  watch();
}

bool Reader::watch(const std::string& path, unsigned events) {
  if (::inotify_add_watch(watch_.get(), path.c_str(), events | IN_ONLYDIR) >= 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) sys::throw_errno("watch " + path);
  return false;
}

/// Where the directory is missing: the nearest one above it, until the next step towards it appears.
void Reader::watch() {
  while (!watches_directory_) {
    watches_directory_ = watch(options_.directory, IN_MODIFY | IN_CREATE | IN_MOVED_TO);
    if (watches_directory_) return;
    std::string above = options_.directory;
    do {
      const std::size_t slash = above.rfind('/');
      above = slash == std::string::npos ? "." : slash == 0 ? "/" : above.substr(0, slash);
    } while (!watch(above, IN_CREATE | IN_MOVED_TO) && above != "/" && above != ".");
    // It may have been made in between.
    if (!sys::exists(options_.directory)) return;
  }
}

void Reader::forget_events() {
  alignas(inotify_event) std::array<char, 4096> events{};
  while (sys::retry([&] { return ::read(watch_.get(), events.data(), events.size()); }) > 0) {
  }
  if (errno != EAGAIN) sys::throw_errno("read inotify events");
}

std::optional<Record> Reader::next() {
  if (!has_begun_) begin();
  for (bool has_looked_again = false;;) {
    while (const auto line = next_line()) {
      const auto view = parse(*line);
      if (!view) continue;
      auto record = join(*view);
      if (record && is_asked_for(*record)) return record;
    }
    if (has_looked_again || !watch_) return std::nullopt;
    // Events first, then the files again: whatever comes after that leaves a new event.
    forget_events();
    watch();
    if (!has_begun_) begin();
    has_looked_again = true;
  }
}

void Reader::begin() {
  const Place place = options_.tail ? find_tail(options_.directory, *options_.tail)
                                    : find_time(options_.directory, options_.since_ns);
  skip_ = place.skip;
  has_begun_ = place.segment == 0 ? watches_directory_ || !watch_ : enter(place.segment, place.offset);
}

bool Reader::enter(std::uint64_t number, std::int64_t offset) {
  auto file = sys::open_if_exists(segment_path(options_.directory, number), O_RDONLY);
  if (!file) return false;
  file_ = std::move(*file);
  segment_ = number;
  offset_ = offset;
  filled_ = 0;
  position_ = 0;
  in_damage_ = false;
  return true;
}

/// The next one that is still there: a slow reader may have been overtaken by the rotation.
bool Reader::enter_next_segment() {
  if (file_ && !sys::exists(segment_path(options_.directory, segment_ + 1))) {
    const std::vector<std::uint64_t> present = segments_in(options_.directory);
    if (present.empty() || present.back() <= segment_) return false;
  }
  // The writer has finished this one before it made the next: what has come since our last read is all.
  if (file_ && read_more()) return true;
  for (const std::uint64_t number : segments_in(options_.directory))
    if (number > segment_ && enter(number, 0)) return true;
  return false;
}

/// False at the end of the file. An unfinished record stays in the file, not here: a writer that was killed
/// within it is followed by one that cuts it off.
bool Reader::read_more() {
  if (buffer_.empty()) buffer_.resize(kBuffer);
  if (position_ == 0 && filled_ == buffer_.size()) {
    in_damage_ = true;
    position_ = filled_;
  }
  offset_ += static_cast<std::int64_t>(position_);
  const std::size_t before = filled_ - position_;
  position_ = 0;
  const ssize_t size =
      sys::retry([&] { return ::pread(file_.get(), buffer_.data(), buffer_.size(), offset_); });
  if (size < 0) sys::throw_errno("read a log file");
  filled_ = static_cast<std::size_t>(size);
  return filled_ > before && std::memchr(buffer_.data(), '\n', filled_) != nullptr;
}

/// The line stays valid until the next call.
std::optional<std::string_view> Reader::next_line() {
  for (;;) {
    const char* const begin = buffer_.data() + position_;
    const auto* newline = filled_ == position_
                              ? nullptr
                              : static_cast<const char*>(std::memchr(begin, '\n', filled_ - position_));
    if (!newline) {
      if (file_ && read_more()) continue;
      if (file_ && position_ == 0 && filled_ == buffer_.size()) continue;
      if (enter_next_segment()) continue;
      return std::nullopt;
    }
    const std::string_view line(begin, static_cast<std::size_t>(newline - begin));
    position_ += line.size() + 1;
    if (!std::exchange(in_damage_, false)) return line;
  }
}

std::optional<Record> Reader::join(const RecordView& record) {
  std::optional<Record>& line = unfinished_.at(record.is_error ? 1 : 0);
  if (!line && !record.partial)
    return Record{.time_ns = record.time_ns, .is_error = record.is_error, .text = std::string(record.text)};
  if (!line) line = Record{.time_ns = record.time_ns, .is_error = record.is_error};
  line->text += record.text;
  line->partial = record.partial;
  if (record.partial && line->text.size() < kLongestLine) return std::nullopt;
  return std::exchange(line, std::nullopt);
}

bool Reader::is_asked_for(const Record& record) {
  if (skip_ > 0) {
    if (!record.partial) --skip_;
    return false;
  }
  return record.time_ns >= options_.since_ns && record.time_ns <= options_.until_ns;
}

}  // namespace orchestrator::logs
