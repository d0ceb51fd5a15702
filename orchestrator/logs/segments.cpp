#include "orchestrator/logs/segments.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

std::string segment_name(std::uint64_t number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%010llu.log", static_cast<unsigned long long>(number));
  return name.data();
}

std::vector<std::uint64_t> segments_in(const std::string& directory) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : sys::list_directory(directory)) {
    const bool ours =
        name.size() == 14 && name.ends_with(".log") &&
        std::all_of(name.begin(), name.begin() + 10, [](char c) { return c >= '0' && c <= '9'; });
    if (ours) numbers.push_back(std::stoull(name));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

SegmentWriter::SegmentWriter(std::string directory, std::int64_t max_size, int max_files)
    : directory_(std::move(directory)), max_size_(max_size), max_files_(std::max(max_files, 1)) {
  const std::vector<std::uint64_t> present = segments_in(directory_);
  if (!present.empty()) number_ = present.back();
  open_segment();
}

void SegmentWriter::open_segment() {
  file_ = sys::open(directory_ + "/" + segment_name(number_), O_RDWR | O_APPEND | O_CREAT, 0600);
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) sys::throw_errno("stat a log file");
  size_ = status.st_size;
  char last = '\n';
  if (size_ > 0 && ::pread(file_.get(), &last, 1, size_ - 1) == 1 && last != '\n')
    size_ += ::write(file_.get(), "\n", 1);
}

void SegmentWriter::rotate() {
  ++number_;
  open_segment();
  for (const std::uint64_t old : segments_in(directory_))
    if (old + static_cast<std::uint64_t>(max_files_) <= number_)
      ::unlink((directory_ + "/" + segment_name(old)).c_str());
}

bool SegmentWriter::make_room() {
  const std::vector<std::uint64_t> present = segments_in(directory_);
  if (present.empty() || present.front() >= number_) return false;
  return ::unlink((directory_ + "/" + segment_name(present.front())).c_str()) == 0;
}

void SegmentWriter::append(std::string_view records, bool may_rotate) {
  std::string_view left = records;
  while (!left.empty()) {
    const ssize_t written = ::write(file_.get(), left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
      size_ += written;
    } else if (errno != EINTR && !(errno == ENOSPC && make_room())) {
      // Half a record is taken back, so that the next one starts on a line of its own.
      if (left.size() != records.size()) {
        size_ -= static_cast<std::int64_t>(records.size() - left.size());
        if (::ftruncate(file_.get(), size_) != 0) break;
      }
      dropped_ += records.size();
      break;
    }
  }
  if (may_rotate && size_ >= max_size_) rotate();
}

}  // namespace orchestrator::logs
