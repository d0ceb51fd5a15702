// From a container's output to its log: FIFOs or a terminal in, records out.
//
// A piece of output leaves its FIFO only when it is in the file. So the successor of a killed supervisor
// finds in the FIFO what may be missing in the file: no line is lost, at most one piece (256 KiB) per stream
// comes twice. A terminal cannot be read without taking; there one piece may be lost. stdout and stderr are
// ordered by the time they were read, nothing better is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/logs/journal.hpp"
#include "orchestrator/logs/segment_writer.hpp"
#include "orchestrator/logs/wide_fifo.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

/// Docker keeps everything by default; we bound it. `logging.options` max-size and max-file change it.
struct PumpOptions {
  std::string directory{};           ///< exists
  std::int64_t max_size = 10 << 20;  ///< of a file, bytes; not positive: no bound
  int max_files = 3;
  bool widens = true;                       ///< FIFOs that run full; not where somebody has bounded them
  std::optional<JournalOptions> journal{};  ///< also to journald; then writing may wait for it
};

/// What the log lacks and does not say yet that it does.
struct Loss {
  std::uint64_t bytes = 0;
  int error = 0;  ///< errno
};

/// All pumps of a program belong to one thread.
class Pump {
 public:
  /// Owns both. An empty `err` means that `out` is the master of a pseudo-terminal.
  /// Throws std::system_error where the log cannot be opened.
  Pump(runtime::sys::unique_fd out, runtime::sys::unique_fd err, const PumpOptions& options);

  /// Wait until one of these is readable, then drain() it. Taken in the order in which they become that,
  /// lines of both streams are mostly written down in the order in which they were printed.
  [[nodiscard]] std::vector<int> fds() const;
  /// Writes down what is there, at most about a megabyte: the caller has others to look after, and is told
  /// again that there is more. Never blocks. False at the end of a terminal.
  bool drain(int fd);
  /// Takes everything that is left, of a writer that is gone.
  void take_rest();
  /// After the container has ended: takes everything that is left and ends an unfinished line.
  void finish();
  [[nodiscard]] Loss loss() const { return {.bytes = lost_, .error = writer_.error()}; }

 private:
  struct Stream {
    runtime::sys::unique_fd fd{};
    bool is_error = false;
    bool in_line = false;  ///< the last record was a P
    WideFifo width{fd.get()};
  };
  enum class Took { piece, little, nothing, end };  ///< little: and then there is probably nothing more
  Took take(Stream& stream);
  Took take_from_fifo(Stream& stream);
  Took take_from_terminal();
  void write(Stream& stream, std::string_view text);
  void tell_lost();
  void adopt(Stream& stream, std::string_view records);

  Stream out_{};
  Stream err_{};
  bool terminal_;
  bool widens_;
  std::size_t batch_;       ///< records are written in batches of at most about this size
  std::uint64_t lost_ = 0;  ///< see Loss
  SegmentWriter writer_;
  std::optional<Journal> journal_{};
};

}  // namespace orchestrator::logs
