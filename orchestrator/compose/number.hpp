// Numbers and times in text: what plain YAML scalars mean, sizes ("64m"), durations ("1m30s"), and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// A plain scalar as go-yaml resolves it: YAML 1.2's core schema with the octal "010" and "1_000" of 1.1.
Node resolve_plain(std::string text, const Place& place);

/// The whole text as a decimal integer.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// The whole text as a decimal number.
std::optional<double> parse_number(std::string_view text);
/// A size as docker reads it: "64m", "1.5 GiB", "-1"; every unit is a power of 1024. Bytes.
std::optional<std::int64_t> parse_size(std::string_view text);

using Nanoseconds = std::chrono::nanoseconds;
/// "1h5m30.02s"; units ns us µs ms s m h d w; a bare number must be 0.
std::optional<Nanoseconds> parse_duration(std::string_view text);
/// As Go prints it: "1m30s", "1h5m30.02s", "0s".
std::string duration_text(Nanoseconds duration);

/// The double whose shortest decimal text is that of this float.
double shortest(float value);
/// The shortest decimal text that means this number, as Go prints it: "1", "0.1", "1e+06".
std::string number_text(double value);

}  // namespace orchestrator::compose
