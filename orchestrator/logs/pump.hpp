// From a container's output to its log: FIFOs in, records out. Loses nothing when its process is killed.
//
// A record is "2026-01-31T12:00:00.123456789Z stdout F text\n", the format of Kubernetes' CRI. P instead of
// F: the line goes on in the stream's next record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/logs/segments.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

struct PumpOptions {
  std::string directory{};  ///< exists
  std::int64_t max_size = 10 << 20;
  int max_files = 3;
};

/// The reading end of a named FIFO, made where it is missing. It is open for writing as well, so writers
/// never see a missing reader and the end of a container's output is its death, not end of file. Does not
/// block.
runtime::sys::unique_fd open_fifo(const std::string& path);

class Pump {
 public:
  /// `err` may be empty: `out` is then the master of a pseudo-terminal. Owns both.
  Pump(runtime::sys::unique_fd out, runtime::sys::unique_fd err, const PumpOptions& options);

  /// Wait for these to be readable, then drain().
  [[nodiscard]] std::vector<int> fds() const;
  /// Writes down what is there; never blocks. False at the end of a terminal. A piece is removed from a FIFO
  /// only once it is in the file, so a killed supervisor's successor repeats at most one piece and loses
  /// none.
  bool drain();
  /// After the container has ended: takes what is left and ends an unfinished line.
  void finish();

 private:
  struct Stream {
    runtime::sys::unique_fd fd{};
    const char* name = "stdout";
    bool in_line = false;  ///< the last record was a P
  };
  bool drain_pipe(Stream& stream);
  bool drain_terminal(Stream& stream);
  void write(Stream& stream, std::string_view data);

  Stream out_{};
  Stream err_{};
  bool terminal_ = false;
  SegmentWriter writer_;
};

}  // namespace orchestrator::logs
