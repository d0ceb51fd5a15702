// Where in a log to begin, without reading all of it.
#pragma once

#include <cstdint>
#include <string>

namespace orchestrator::logs {

struct Place {
  std::uint64_t segment = 0;  ///< 0: there is none
  std::int64_t offset = 0;
  std::size_t skip = 0;  ///< lines that end after this place and are not among the last ones
};

/// A place from which on the last `lines` lines are complete. Reads no more of the end than it must.
Place find_tail(const std::string& directory, std::size_t lines);
/// The segment that has the first record of this time or later; what is before it is older.
Place find_time(const std::string& directory, std::int64_t time_ns);

}  // namespace orchestrator::logs
