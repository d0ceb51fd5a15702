// A project's records, and when they change.
#pragma once

#include <vector>

#include "orchestrator/state/instance.hpp"
#include "orchestrator/state/paths.hpp"
#include "runtime/sys/watch.hpp"

namespace orchestrator::cli {

class RecordsWatch {
 public:
  /// Throws std::system_error where the project has no records.
  explicit RecordsWatch(state::ProjectPaths paths);

  /// The records as they are now. Whatever changes from then on makes fd() readable.
  std::vector<state::Instance> observe();
  [[nodiscard]] int fd() const { return watch_.fd(); }

 private:
  state::ProjectPaths paths_;
  runtime::sys::DirectoryWatch watch_;
};

}  // namespace orchestrator::cli
