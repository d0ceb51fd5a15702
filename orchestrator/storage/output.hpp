// What a program said, for the message about its failure.
#pragma once

#include <string>

namespace orchestrator::storage {

/// Reads to end of file; of a long output the last 64 KiB are kept.
std::string read_output(int fd);
/// The last five lines.
std::string last_lines(std::string text);

}  // namespace orchestrator::storage
