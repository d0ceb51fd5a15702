// What happens to instances, for `events`: told to whoever listens and written down, one JSON object per
// line, in RUNTIME/PROJECT/changes.jsonl and, before it, changes.jsonl.1.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/state/instance.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::state {

/// The words are those of `docker events` where it has one: create start die oom restart pause unpause
/// destroy "health_status: healthy" error.
struct Change {
  std::int64_t at_ns = 0;  ///< wall clock
  std::string action{};
  std::string id{};    ///< of the container; empty: the whole project
  std::string name{};  ///< of the container
  std::string service{};
  std::map<std::string, std::string> attributes{};  ///< "exitCode", "signal", "error", …
  friend bool operator==(const Change&, const Change&) = default;
};

/// What has happened between two records of an instance; nothing before: it is new.
std::vector<Change> changes_between(const std::optional<Instance>& before, const Instance& after,
                                    std::int64_t now_ns);
Change destroyed(const Instance& instance, std::int64_t now_ns);

/// One line, with the newline.
std::string to_line(const Change& change);
/// Throws std::runtime_error where the line is none of ours.
Change change_from_line(std::string_view line);

/// What is written down, the oldest first; lines that are torn are left out.
std::vector<Change> load_changes(const ProjectPaths& paths);

}  // namespace orchestrator::state
