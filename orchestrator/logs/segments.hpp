// The files of one instance's output: numbered, appended to, never renamed and never overwritten, so that a
// reader that has come to the end of one only has to look for the next.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orchestrator::logs {

/// DIRECTORY/0000000042.log
std::string segment_path(const std::string& directory, std::uint64_t number);
/// Numbers of the segments in `directory`, ascending; none where it does not exist.
std::vector<std::uint64_t> segments_in(const std::string& directory);

}  // namespace orchestrator::logs
