// Reads a point in time as --since and --until take it. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace orchestrator::cli {

/// Nanoseconds since 1970 of "2026-11-24T15:45:00.5Z", "2026-11-24T15:45+01:00", "2026-11-24" (UTC),
/// "1795535100.5", or of "1h30m" before `now_ns`. Throws UsageError; `option` names the option in its
/// sentence.
std::int64_t moment(const std::string& text, std::int64_t now_ns, const std::string& option);

}  // namespace orchestrator::cli
