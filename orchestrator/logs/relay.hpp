// Takes output off a container at once, whoever has to wait for a disk: into pipes of a bounded size, which a
// process of its own empties into the log. Lines that do not fit are dropped, and the log says how much.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/logs/write_log.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

/// One stream on its way from `from`, a FIFO or a terminal, into the pipe `to`; neither blocks.
class Passage {
 public:
  Passage(runtime::sys::unique_fd from, runtime::sys::unique_fd to, bool terminal);

  [[nodiscard]] int from() const { return from_.get(); }
  /// Takes a piece. False where there was none, or the terminal is at its end.
  bool pass();
  [[nodiscard]] bool is_at_end() const { return at_end_; }
  /// Bytes dropped since the last time somebody asked.
  std::uint64_t take_dropped();
  /// A line of its own. False where there is no room for it, or another line is not at its end.
  bool say(const std::string& sentence);

 private:
  void forward(std::string_view text);
  void skip_rest(std::string_view& text);
  [[nodiscard]] std::string_view next_of(std::string_view text) const;
  [[nodiscard]] bool fits(std::string_view text) const;
  void drop(std::string_view text);
  std::size_t write(std::string_view text);

  runtime::sys::unique_fd from_;
  runtime::sys::unique_fd to_;
  bool terminal_;
  bool at_end_ = false;
  bool in_line_ = false;   ///< what was written last was no newline
  bool cut_ = false;       ///< what comes next is not the rest of that line
  bool skipping_ = false;  ///< the rest of a line of which something was dropped
  std::uint64_t dropped_ = 0;
};

class Relay {
 public:
  /// Owns `out` and `err`; without `err`, `out` is a terminal. `room`: bytes that may wait, per stream.
  Relay(runtime::sys::unique_fd out, runtime::sys::unique_fd err, PumpOptions options, std::int64_t room,
        const Program& program = {});

  // As Pump's.
  [[nodiscard]] std::vector<int> fds() const;
  bool drain(int fd);
  void finish();

 private:
  void take(Passage& passage);
  void tell_dropped();

  std::vector<Passage> passages_{};  ///< stdout, then stderr
  std::uint64_t untold_ = 0;         ///< dropped bytes
  std::vector<Writer> writer_{};     ///< one; made after the pipes
};

}  // namespace orchestrator::logs
