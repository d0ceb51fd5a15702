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

  /// From now on the pattern is looked for, in what there is already at once. The loader has checked it.
  void look_for(const std::string& pattern);
  /// Call when there may be more. True where a pattern has been found that had not been.
  bool look_again();
  [[nodiscard]] bool has_found(const std::string& pattern) const;

 private:
  struct Wanted {
    project::Pattern pattern;
    std::optional<logs::Reader> reader{};  ///< empty: found
  };
  static bool look(Wanted& wanted);

  std::string directory_;
  std::int64_t since_ns_;
  std::map<std::string, Wanted> wanted_{};
};

}  // namespace orchestrator::supervisor
