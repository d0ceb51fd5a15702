// The files of one instance's output: numbered, appended to, never renamed and never cut, so that a reader
// that has come to the end of one only has to look for the next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

/// "0000000042.log"
std::string segment_name(std::uint64_t number);
/// Numbers of the segments in `directory`, ascending.
std::vector<std::uint64_t> segments_in(const std::string& directory);

/// Appends whole records. Bounded: at most `max_files` segments of about `max_size` bytes.
class SegmentWriter {
 public:
  /// Goes on where an earlier writer stopped; a torn last record is closed with a newline.
  /// Throws std::system_error where the directory cannot be written to.
  SegmentWriter(std::string directory, std::int64_t max_size, int max_files);

  /// `records` are complete lines. A full disk costs the oldest segment, and then the records themselves: the
  /// container never waits for the disk of the host. `may_rotate`: no line is continued by the next call.
  void append(std::string_view records, bool may_rotate);
  /// Bytes that a full disk has cost so far.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void open_segment();
  void rotate();
  bool make_room();

  std::string directory_;
  std::int64_t max_size_;
  int max_files_;
  std::uint64_t number_ = 1;
  std::int64_t size_ = 0;
  std::uint64_t dropped_ = 0;
  runtime::sys::unique_fd file_{};
};

}  // namespace orchestrator::logs
