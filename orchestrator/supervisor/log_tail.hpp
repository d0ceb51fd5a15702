// The last lines of a log, to be shown with an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace orchestrator::supervisor {

/// What a program printed last usually says what is wrong.
constexpr std::size_t kLastLines = 20;

/// Up to `lines` lines, each on a line of its own and indented by two spaces, with a newline in front; ""
/// where there are none. Nothing from before `since_ns` (since 1970).
std::string log_tail(const std::string& directory, std::size_t lines, std::int64_t since_ns = 0);

}  // namespace orchestrator::supervisor
