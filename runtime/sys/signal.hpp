// Signals as a descriptor: sigprocmask(2), signalfd(2).
#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

/// Blocks signals of this thread for as long as it lives and hands them out one by one.
class BlockedSignals {
 public:
  /// Throws std::system_error.
  BlockedSignals(std::initializer_list<int> signals);
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  /// Readable when one has arrived.
  [[nodiscard]] int fd() const { return fd_.get(); }
  /// The number of the next one that has arrived.
  std::optional<int> take();

 private:
  sigset_t before_{};
  unique_fd fd_{};
};

}  // namespace runtime::sys
