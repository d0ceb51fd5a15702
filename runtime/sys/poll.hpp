// Several descriptors watched through one: epoll(7).
#pragma once

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

class PollSet {
 public:
  /// Throws std::system_error.
  PollSet();

  /// Borrows `fd`, which leaves the set when it is closed.
  void add(int fd);
  /// Readable when one of them is.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  unique_fd fd_;
};

}  // namespace runtime::sys
