// One record of a log, the text format of Kubernetes' container runtime interface, which log agents read:
// "2026-01-31T12:00:00.123456789Z stdout F text\n". Tag P instead of F: the stream's next record goes on with
// the same line. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrator::logs {

/// Longer lines become several records (as Docker and Kubernetes do it).
inline constexpr std::size_t kLongestText = 16 << 10;

/// "2026-01-31T12:00:00.123456789Z stdout F ": the same length for both streams and tags.
inline constexpr std::size_t kHeaderSize = 40;
using Header = std::array<char, kHeaderSize>;
/// `time_ns` since 1970, not negative.
Header header(std::int64_t time_ns, bool is_error);
/// Where 'F' or 'P' stands in it.
inline constexpr std::size_t kTagPosition = 38;

struct RecordView {
  std::int64_t time_ns = 0;
  bool is_error = false;
  bool partial = false;  ///< tag P
  std::string_view text{};
  friend bool operator==(const RecordView&, const RecordView&) = default;
};

/// Reads one line without its newline. Nothing where it is not a record: a file may be damaged.
std::optional<RecordView> parse(std::string_view line);

}  // namespace orchestrator::logs
