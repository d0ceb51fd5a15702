// Appends records to an instance's segments and keeps them bounded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

class SegmentWriter {
 public:
  /// Goes on where an earlier writer stopped. What that one has left unfinished, because it was killed within
  /// write(2), is cut off; no reader has taken it. Throws std::system_error where the directory cannot be
  /// written to.
  /// A `max_size` that is not positive means one segment without bound.
  SegmentWriter(std::string directory, std::int64_t max_size, int max_files);

  /// The last whole records of the present segment, at most about `size` bytes of them.
  [[nodiscard]] std::string last_records(std::size_t size) const;

  /// `records` are complete lines; a new segment is begun before them where they do not fit into this one and
  /// `may_rotate` is true. On a full disk the oldest segment goes; where there is none the records are lost,
  /// because a container must not wait for its host's disk. Returns how many bytes are lost.
  std::size_t append(std::string_view records, bool may_rotate);
  /// Of the last record that was lost, an errno.
  [[nodiscard]] int error() const { return error_; }

 private:
  void open_segment();
  void remove_old();
  bool make_room();
  void rotate();
  std::string_view write_some(std::string_view records);

  std::string directory_;
  std::int64_t max_size_;
  std::uint64_t max_files_;
  std::uint64_t number_ = 1;
  std::int64_t size_ = 0;
  int error_ = 0;
  runtime::sys::unique_fd file_{};
};

}  // namespace orchestrator::logs
