// The wall clock as records write it, and waiting by it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace orchestrator::cli {

/// Nanoseconds since 1970.
inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// A time that does not come.
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// For poll(2): how long to wait for that time; at most a day, or -1 for kNever.
inline int milliseconds_until(std::int64_t time_ns) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;
  if (time_ns == kNever) return -1;
  return static_cast<int>(std::clamp<std::int64_t>((time_ns - now_ns()) / kMillisecond + 1, 0, kDay));
}

}  // namespace orchestrator::cli
