// When a scheduled job is due: the five fields of crontab(5). Knows no clock and no time zone; both are
// given.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace orchestrator::project {

class Cron {
 public:
  using Time = std::chrono::sys_seconds;
  /// Local time minus UTC at a moment.
  using Offset = std::function<std::chrono::seconds(Time)>;

  /// "*/5 8-18 * * mon-fri", names as well as numbers, or @hourly, @daily, @midnight, @weekly, @monthly,
  /// @yearly, @annually. Throws std::invalid_argument with what is wrong.
  explicit Cron(const std::string& text);

  /// The first moment after `after`; nothing where there is none ("0 0 30 2 *"). Where clocks are put
  /// forward, what would have been due in the missing hour is due right after it; where they are put back,
  /// what has a fixed hour is due once. As in Debian's cron(8).
  [[nodiscard]] std::optional<Time> next(Time after, const Offset& offset) const;

 private:
  using Local = std::chrono::local_seconds;
  [[nodiscard]] bool is_day(Local local) const;
  [[nodiscard]] bool is_hour(Local local) const;
  [[nodiscard]] bool is_due(Local local) const;
  [[nodiscard]] bool is_due_between(Local first, Local end) const;

  std::uint64_t minutes_ = 0;  ///< bit sets
  std::uint64_t hours_ = 0;
  std::uint64_t days_ = 0;
  std::uint64_t months_ = 0;
  std::uint64_t weekdays_ = 0;
  bool any_hour_ = false;
  bool any_day_ = false;  ///< the field begins with "*": then both day fields must match, else either
  bool any_weekday_ = false;
};

}  // namespace orchestrator::project
