// Where the last lines of a log begin.
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

}  // namespace orchestrator::logs
