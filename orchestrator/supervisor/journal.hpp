// Writes down what happens to instances (state/change.hpp), for whoever asks later.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/state/change.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

/// Keeps two files of about a megabyte. What cannot be written, on a full disk, is lost and holds nobody up.
class Journal {
 public:
  explicit Journal(std::string path) : path_(std::move(path)) {}

  void add(const state::Change& change);

 private:
  std::string path_;
  runtime::sys::unique_fd file_{};
  std::int64_t size_ = 0;
};

}  // namespace orchestrator::supervisor
