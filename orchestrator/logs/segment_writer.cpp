#include "orchestrator/logs/segment_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

#include "orchestrator/logs/record.hpp"
#include "orchestrator/logs/segments.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max() / 4;

/// The last `size` bytes of a file that has `end` bytes.
std::string end_of(int file, std::int64_t end, std::size_t size) {
  std::string bytes(std::min<std::size_t>(size, static_cast<std::size_t>(end)), '\0');
  const auto offset = end - static_cast<std::int64_t>(bytes.size());
  const ssize_t got = sys::retry([&] { return ::pread(file, bytes.data(), bytes.size(), offset); });
  if (got < 0) sys::throw_errno("read a log file");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

SegmentWriter::SegmentWriter(std::string directory, std::int64_t max_size, int max_files)
    : directory_(std::move(directory)),
      max_size_(max_size > 0 ? max_size : kUnbounded),
      max_files_(static_cast<std::uint64_t>(std::max(max_files, 1))) {
  const std::vector<std::uint64_t> present = segments_in(directory_);
  if (!present.empty()) number_ = present.back();
  open_segment();
  remove_old();
}

void SegmentWriter::open_segment() {
  file_ = sys::open(segment_path(directory_, number_), O_RDWR | O_APPEND | O_CREAT, 0600);
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) sys::throw_errno("stat a log file");
  size_ = status.st_size;
  const std::string end = end_of(file_.get(), size_, 2 * (kHeaderSize + kLongestText));
  if (end.empty() || end.back() == '\n') return;
  const std::size_t newline = end.rfind('\n');
  const std::size_t torn = newline == std::string::npos ? end.size() : end.size() - newline - 1;
  size_ -= static_cast<std::int64_t>(torn);
  if (::ftruncate(file_.get(), size_) != 0) sys::throw_errno("cut off half a log record");
}

std::string SegmentWriter::last_records(std::size_t size) const {
  std::string records = end_of(file_.get(), size_, size);
  // It begins in the middle of a record, unless it is the whole file.
  if (static_cast<std::int64_t>(records.size()) < size_) records.erase(0, records.find('\n') + 1);
  return records;
}

void SegmentWriter::remove_old() {
  for (const std::uint64_t old : segments_in(directory_))
    if (old + max_files_ <= number_) ::unlink(segment_path(directory_, old).c_str());
}

bool SegmentWriter::make_room() {
  const std::vector<std::uint64_t> present = segments_in(directory_);
  if (present.empty() || present.front() >= number_) return false;
  return ::unlink(segment_path(directory_, present.front()).c_str()) == 0;
}

void SegmentWriter::rotate() {
  try {
    ++number_;
    open_segment();
    remove_old();
  } catch (const std::system_error&) {
    --number_;  // no room for another file: this one goes on
  }
}

/// Returns what could not be written.
std::string_view SegmentWriter::write_some(std::string_view records) {
  while (!records.empty()) {
    const ssize_t written = ::write(file_.get(), records.data(), records.size());
    if (written >= 0)
      records.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR && !((errno == ENOSPC || errno == EDQUOT) && make_room())) {
      error_ = errno;
      break;
    }
  }
  return records;
}

std::size_t SegmentWriter::append(std::string_view records, bool may_rotate) {
  const std::int64_t wanted = size_ + static_cast<std::int64_t>(records.size());
  // One line can be longer than everything else: it does not hold up the rotation for ever.
  if (size_ > 0 && wanted > max_size_ && (may_rotate || wanted > 2 * max_size_)) rotate();
  const std::size_t left = write_some(records).size();
  if (left == 0) {
    size_ += static_cast<std::int64_t>(records.size());
    return 0;
  }
  // Whole records stay: a reader may have taken them. Where cutting off the rest fails as well, readers skip
  // it.
  const std::size_t whole = records.substr(0, records.size() - left).rfind('\n') + 1;  // npos + 1 is 0
  size_ += static_cast<std::int64_t>(whole);
  (void)!::ftruncate(file_.get(), size_);
  return records.size() - whole;
}

}  // namespace orchestrator::logs
