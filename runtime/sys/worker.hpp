// Work done by a copy of this process.
#pragma once

#include <functional>
#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

/// A child at work: it exits with 0, or, where `work` throws, with 1 and its words in `report`. Nothing that
/// `work` changes in memory is seen here. The caller must be single-threaded, and reaps the child.
struct Worker {
  unique_fd pidfd{};
  unique_fd report{};
};
/// Throws std::system_error where there is none.
Worker start_worker(const std::function<void()>& work);

/// Blocks until it has ended, and reaps it. What `work` has thrown is thrown here, as std::runtime_error with
/// the same words; `what` is for a child that was killed: "preparing files".
void finish(const Worker& worker, const std::string& what);

}  // namespace runtime::sys
