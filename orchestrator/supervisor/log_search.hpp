// Whether an incarnation has printed a line that matches a pattern. Reads the log's files: what was printed
// before anybody asked counts as well.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "orchestrator/logs/reader.hpp"
#include "orchestrator/project/pattern.hpp"

namespace orchestrator::supervisor {

/// The patterns somebody waits for in one log.
class LogSearch {
 public:
  /// Lines since this moment count; wall clock, nanoseconds since 1970.
  LogSearch(std::string directory, std::int64_t since_ns)
      : directory_(std::move(directory)), since_ns_(since_ns) {}

  /// From now on the pattern is looked for, in what there is already at once. The loader has checked it. True
  /// where nobody has asked for it before.
  bool look_for(const std::string& pattern);
  /// It has been found already, by whoever looked before: the line may be gone from the log by now.
  void remember(const std::string& pattern);
  /// Readable when there may be more; -1 where the pattern has been found.
  [[nodiscard]] int fd(const std::string& pattern) const;
  /// True where it has been found by now.
  bool look_again(const std::string& pattern);
  [[nodiscard]] bool has_found(const std::string& pattern) const;

 private:
  struct Wanted {
    project::Pattern pattern;
    std::optional<logs::Reader> reader{};  ///< empty: found
  };

  std::string directory_;
  std::int64_t since_ns_;
  std::map<std::string, Wanted> wanted_{};
};

}  // namespace orchestrator::supervisor
