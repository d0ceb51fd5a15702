// Work on files whose names come from elsewhere, by a process that cannot leave a directory.
#pragma once

#include <functional>
#include <string>

#include "runtime/sys/process.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::storage {

/// A child that has changed its root directory to `root` before it works. What it opens by then, it has; what
/// it is given afterwards lies inside. The caller is single-threaded.
class Confined {
 public:
  /// `work` runs in the child only. Throws std::system_error where there is none.
  Confined(int root, const std::function<void()>& work);

  /// Blocks until it has ended. Throws std::runtime_error with its words; `what` is for a child that was
  /// killed.
  void wait(const std::string& what);

 private:
  runtime::sys::unique_fd report_{};
  runtime::sys::unique_fd pidfd_{};
};

}  // namespace orchestrator::storage
