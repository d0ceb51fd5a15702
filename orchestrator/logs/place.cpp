#include "orchestrator/logs/place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "orchestrator/logs/record.hpp"
#include "orchestrator/logs/segments.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

/// Counts lines while records are seen from the last one backwards.
class Counter {
 public:
  explicit Counter(std::size_t wanted) : wanted_(wanted) {}

  /// False where this record, and all before it, are not needed any more.
  bool needs(const RecordView& record) {
    Stream& stream = streams_.at(record.is_error ? 1 : 0);
    if (!record.partial) {
      if (found_ < wanted_) {
        stream.begun = true;  // by records further back
      } else {
        stream.begun = false;
        if (std::none_of(streams_.begin(), streams_.end(), [](const Stream& s) { return s.begun; }))
          return false;
      }
      ++found_;
    }
    return true;
  }
  /// Lines seen beyond those wanted.
  [[nodiscard]] std::size_t surplus() const { return found_ > wanted_ ? found_ - wanted_ : 0; }

 private:
  struct Stream {
    bool begun = false;  ///< the beginning of its earliest wanted line may be further back
  };
  std::size_t wanted_;
  std::size_t found_ = 0;
  std::array<Stream, 2> streams_{};
};

/// Goes backwards through one segment. The offset behind the first record that is not needed, or nothing
/// where all are.
std::optional<std::int64_t> search(int file, Counter& counter) {
  constexpr std::int64_t kBlock = 64 << 10;
  struct stat status {};
  if (::fstat(file, &status) != 0) sys::throw_errno("stat a log file");
  std::string bytes;  // of the file, from `start` on; records at its end are seen already
  for (std::int64_t start = status.st_size; start > 0;) {
    const std::int64_t size = std::min(start, kBlock);
    start -= size;
    std::string block(static_cast<std::size_t>(size), '\0');
    const ssize_t got = sys::retry([&] { return ::pread(file, block.data(), block.size(), start); });
    if (got < 0) sys::throw_errno("read a log file");
    block.resize(static_cast<std::size_t>(got));
    bytes = block + bytes;
    // The first line of the block may begin before it, unless the file does.
    for (std::size_t end = bytes.rfind('\n'); end != std::string::npos && end > 0;) {
      const std::size_t before = bytes.rfind('\n', end - 1);
      if (before == std::string::npos && start > 0) break;
      const std::size_t begin = before == std::string::npos ? 0 : before + 1;
      const auto record = parse(std::string_view(bytes).substr(begin, end - begin));
      if (record && !counter.needs(*record)) return start + static_cast<std::int64_t>(end) + 1;
      bytes.resize(begin);
      end = begin == 0 ? 0 : begin - 1;
    }
  }
  return std::nullopt;
}

/// The time of a segment's first record; nothing where it has none, or is gone.
std::optional<std::int64_t> begin_of(const std::string& path) {
  const auto file = sys::open_if_exists(path, O_RDONLY);
  if (!file) return std::nullopt;
  std::array<char, kHeaderSize> bytes{};
  if (sys::retry([&] { return ::pread(file->get(), bytes.data(), bytes.size(), 0); }) != kHeaderSize)
    return std::nullopt;
  const auto record = parse({bytes.data(), bytes.size()});
  return record ? std::optional(record->time_ns) : std::nullopt;
}

}  // namespace

Place find_tail(const std::string& directory, std::size_t lines) {
  Counter counter(lines);
  std::vector<std::uint64_t> segments = segments_in(directory);
  std::reverse(segments.begin(), segments.end());
  Place place;
  for (const std::uint64_t number : segments) {
    const auto file = sys::open_if_exists(segment_path(directory, number), O_RDONLY);
    if (!file) break;  // removed since: so are all before it
    place.segment = number;
    place.offset = 0;
    if (const auto offset = search(file->get(), counter)) {
      place.offset = *offset;
      break;
    }
  }
  place.skip = counter.surplus();
  return place;
}

Place find_time(const std::string& directory, std::int64_t time_ns) {
  Place place;
  for (const std::uint64_t number : segments_in(directory)) {
    // A line that began in the segment before belongs to that time: equal is not late enough.
    const auto begin = begin_of(segment_path(directory, number));
    if (place.segment != 0 && (!begin || *begin >= time_ns)) break;
    place.segment = number;
  }
  return place;
}

}  // namespace orchestrator::logs
