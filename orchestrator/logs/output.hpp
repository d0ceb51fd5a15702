// A container's output in the supervisor's hands, whatever its service's `logging:` makes of it.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "orchestrator/logs/pump.hpp"
#include "orchestrator/logs/relay.hpp"
#include "orchestrator/logs/write_log.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

struct OutputOptions {
  PumpOptions log{};
  bool is_kept = true;
  bool waits = true;            ///< the container, where its log cannot be written; else output is dropped
  std::int64_t room = 1 << 20;  ///< bytes that may wait before that
};

class Output {
 public:
  /// Owns both. An empty `err` means that `out` is the master of a pseudo-terminal.
  /// Throws std::system_error where the log cannot be opened.
  Output(runtime::sys::unique_fd out, runtime::sys::unique_fd err, const OutputOptions& options);

  /// `out` and, where there is one, `err`.
  [[nodiscard]] std::vector<int> held() const;
  /// Wait until one of these is readable, then drain() it. None where another process reads.
  [[nodiscard]] std::vector<int> fds() const;
  /// Takes what is there, at most about a megabyte: the caller has others to look after, and is told again
  /// that there is more. Never blocks. False at the end of a terminal.
  bool drain(int fd);
  /// The same for all of them.
  bool drain();
  /// After the container has ended: takes everything that is left and ends an unfinished line.
  void finish();
  /// Nothing where another process writes the log: that one says it where its errors go.
  [[nodiscard]] Loss loss() const;

 private:
  /// Nobody keeps it.
  struct Nowhere {
    runtime::sys::unique_fd out{};
    runtime::sys::unique_fd err{};
    [[nodiscard]] std::vector<int> fds() const;
    [[nodiscard]] bool drain(int fd) const;
    void finish() const;
  };
  /// Another process reads it. The descriptors stay open: what it leaves when it is killed is not lost.
  struct Elsewhere {
    runtime::sys::unique_fd out{};
    runtime::sys::unique_fd err{};
    Writer writer;
    [[nodiscard]] std::vector<int> held() const;
    [[nodiscard]] static std::vector<int> fds() { return {}; }
    [[nodiscard]] static bool drain(int /*fd*/) { return true; }
    void finish() { writer.finish(); }
  };
  using Way = std::variant<Nowhere, Pump, Relay, Elsewhere>;
  static Way way_of(runtime::sys::unique_fd out, runtime::sys::unique_fd err, const OutputOptions& options);

  Way way_;
};

}  // namespace orchestrator::logs
