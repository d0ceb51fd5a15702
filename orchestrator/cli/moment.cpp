#include "orchestrator/cli/moment.hpp"

#include <algorithm>
#include <array>

#include <ctime>
#include <optional>
#include <string_view>

#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {
namespace {

using Nanoseconds = std::optional<std::int64_t>;
constexpr std::int64_t kSecond = 1'000'000'000;

/// The digits at the start of `rest` are taken off; nothing where there is none.
std::optional<std::int64_t> take_number(std::string_view& rest) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  while (digits < rest.size() && digits < 12 && rest[digits] >= '0' && rest[digits] <= '9')
    number = number * 10 + (rest[digits++] - '0');
  if (digits == 0) return std::nullopt;
  rest.remove_prefix(digits);
  return number;
}

/// ".5" as nanoseconds; 0 where no fraction follows.
std::int64_t take_fraction(std::string_view& rest) {
  if (!rest.starts_with('.')) return 0;
  rest.remove_prefix(1);
  std::int64_t value = 0;
  std::int64_t unit = kSecond;
  for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1))
    value += (rest.front() - '0') * (unit /= 10);
  return value;
}

/// "Z", "+01:00" or nothing, in seconds east of Greenwich.
std::optional<std::int64_t> take_zone(std::string_view rest) {
  if (rest.empty() || rest == "Z") return 0;
  const int sign = rest.front() == '-' ? -1 : 1;
  if (rest.front() != '-' && rest.front() != '+') return std::nullopt;
  rest.remove_prefix(1);
  const auto hours = take_number(rest);
  if (!hours || !rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  const auto minutes = take_number(rest);
  if (!minutes || !rest.empty()) return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

Nanoseconds calendar(const std::string& text) {
  for (const char* format : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm time{};
    const char* end = ::strptime(text.c_str(), format, &time);
    if (end == nullptr) continue;
    std::string_view rest(end);
    const std::int64_t fraction = take_fraction(rest);
    const auto zone = take_zone(rest);
    if (!zone) return std::nullopt;
    return (::timegm(&time) - *zone) * kSecond + fraction;
  }
  return std::nullopt;
}

Nanoseconds unix_time(std::string_view text) {
  const auto seconds = take_number(text);
  if (!seconds) return std::nullopt;
  const std::int64_t fraction = take_fraction(text);
  return text.empty() ? Nanoseconds(*seconds * kSecond + fraction) : std::nullopt;
}

struct Unit {
  std::string_view name{};
  std::int64_t length = 0;
};
constexpr std::array<Unit, 7> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", kSecond},
                                      {"m", 60 * kSecond},
                                      {"h", 3600 * kSecond},
                                      {"d", 86400 * kSecond}}};

/// `billionths` of the unit; those of a day would overflow when multiplied by its nanoseconds.
std::int64_t part_of(const Unit& unit, std::int64_t billionths) {
  return unit.length < kSecond ? billionths * unit.length / kSecond : billionths * (unit.length / kSecond);
}

/// "1h30m", "1.5s": every number with its unit, as Go's time.ParseDuration() takes them.
Nanoseconds length(std::string_view text) {
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const std::int64_t fraction = take_fraction(text);
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    const auto* unit =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& it) { return it.name == name; });
    if (unit == kUnits.end()) return std::nullopt;
    total += *number * unit->length + part_of(*unit, fraction);
    text.remove_prefix(name.size());
  }
  return total;
}

}  // namespace

std::int64_t moment(const std::string& text, std::int64_t now_ns, const std::string& option) {
  if (const auto time = calendar(text)) return *time;
  if (const auto time = unix_time(text)) return *time;
  const auto before = length(text);
  if (before && !text.empty()) return now_ns - *before;
  throw UsageError("--" + option + " wants a time such as 2026-11-24T15:45:00Z or 10m, not \"" + text + "\"");
}

}  // namespace orchestrator::cli
