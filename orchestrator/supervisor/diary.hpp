// What the supervisor has done, line by line with the time, for whoever asks later:
// RUNTIME/PROJECT/activity.log.
#pragma once

#include <memory>
#include <string>

namespace orchestrator::supervisor {

/// Writes at once and keeps two files of at most 1 MiB. A diary that cannot be written, on a full disk, holds
/// nobody up: the line is lost. Never used in a child after clone3.
class Diary {
 public:
  /// Appends to `path`, made with mode 0600. Throws std::runtime_error where it cannot be opened.
  explicit Diary(const std::string& path);
  ~Diary();

  void note(const std::string& text);
  void warn(const std::string& text);

 private:
  struct Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace orchestrator::supervisor
