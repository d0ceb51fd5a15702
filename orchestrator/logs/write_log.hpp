// A process that writes down one container's output where writing may have to wait: for journald, or for a
// disk that the container must not wait for. start_writer() is for the supervisor, write_log() the process.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/logs/pump.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

/// The word that makes this program the process: `mdcompose __log ...`.
inline constexpr const char* kWriteLog = "__log";

struct Program {
  std::string path = "/proc/self/exe";
  bool is_sibling = true;  ///< a child of our parent, the keeper, which reaps it
};

class Writer {
 public:
  /// `out` and `err` are borrowed; -1 for `err` where `out` is a terminal. Throws std::system_error.
  Writer(int out, int err, const PumpOptions& options, const Program& program = {});

  /// It takes what is left, ends an unfinished line, and ends. Waits for that, but not for long: who has to
  /// wait for a disk does not do so here.
  void finish();

 private:
  runtime::sys::unique_fd process_{};
  /// Ends the process when it closes: what it has not taken is for the next one.
  runtime::sys::unique_fd control_{};
};

/// Entry of the process, with the words after kWriteLog. Returns the exit status.
int write_log(const std::vector<std::string>& words);

}  // namespace orchestrator::logs
