#include "orchestrator/project/cron.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace orchestrator::project {
namespace {

using namespace std::chrono;

/// Longer than between the 29th of February of 2096 and of 2104.
constexpr auto kHorizon = days(366 * 9);

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name{};
  int first = 0;
  int last = 0;
  std::span<const std::string_view> words{};  ///< the first one stands for `first`
};
constexpr Field kMinute{"minute", 0, 59};
constexpr Field kHour{"hour", 0, 23};
constexpr Field kDay{"day of the month", 1, 31};
constexpr Field kMonth{"month", 1, 12, kMonths};
constexpr Field kWeekday{"day of the week", 0, 7, kWeekdays};

struct Nickname {
  std::string_view name{};
  std::string_view meaning{};
};
constexpr std::array<Nickname, 7> kNicknames{{{"@hourly", "0 * * * *"},
                                              {"@daily", "0 0 * * *"},
                                              {"@midnight", "0 0 * * *"},
                                              {"@weekly", "0 0 * * 0"},
                                              {"@monthly", "0 0 1 * *"},
                                              {"@yearly", "0 0 1 1 *"},
                                              {"@annually", "0 0 1 1 *"}}};

[[noreturn]] void refuse(const Field& field, std::string_view text) {
  throw std::invalid_argument("\"" + std::string(text) + "\" is no " + std::string(field.name));
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int value_of(const Field& field, std::string_view text) {
  for (std::size_t i = 0; i < field.words.size(); ++i)
    if (text.size() == field.words[i].size() &&
        ::strncasecmp(text.data(), field.words[i].data(), text.size()) == 0)
      return field.first + static_cast<int>(i);
  const auto value = number(text);
  if (!value || *value < field.first || *value > field.last) refuse(field, text);
  return *value;
}

/// "*", "5", "8-18", each perhaps with "/2"; "5/15" goes up to the last.
std::uint64_t range_of(const Field& field, std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view range = text.substr(0, slash);
  int step = 1;
  if (slash != std::string_view::npos) {
    step = number(text.substr(slash + 1)).value_or(0);
    if (step < 1) refuse(field, text);
  }
  const auto dash = range.find('-');
  int first = field.first;
  int last = field.last;
  if (range != "*") {
    first = value_of(field, range.substr(0, dash));
    if (dash != std::string_view::npos)
      last = value_of(field, range.substr(dash + 1));
    else if (slash == std::string_view::npos)
      last = first;
  }
  if (first > last) refuse(field, text);
  std::uint64_t bits = 0;
  for (int value = first; value <= last; value += step) bits |= std::uint64_t{1} << value;
  return bits;
}

std::uint64_t bits_of(const Field& field, const std::string& text) {
  std::uint64_t bits = 0;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) bits |= range_of(field, part);
  if (bits == 0 || text.ends_with(',')) refuse(field, text);
  return bits;
}

std::string meaning_of(const std::string& text) {
  if (text == "@reboot")
    throw std::invalid_argument("@reboot is no time: a service without a schedule starts with the stack");
  for (const Nickname& nickname : kNicknames)
    if (text == nickname.name) return std::string(nickname.meaning);
  return text;
}

bool has(std::uint64_t bits, unsigned value) { return (bits >> value & 1) != 0; }

}  // namespace

Cron::Cron(const std::string& text) {
  std::istringstream words(meaning_of(text));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
  if (fields.size() != 5)
    throw std::invalid_argument(
        "expected five fields: minute, hour, day of the month, month, day of the week");
  minutes_ = bits_of(kMinute, fields[0]);
  hours_ = bits_of(kHour, fields[1]);
  days_ = bits_of(kDay, fields[2]);
  months_ = bits_of(kMonth, fields[3]);
  weekdays_ = bits_of(kWeekday, fields[4]);
  if (has(weekdays_, 7)) weekdays_ |= 1;  // both are Sunday
  any_hour_ = fields[1].starts_with('*');
  any_day_ = fields[2].starts_with('*');
  any_weekday_ = fields[4].starts_with('*');
}

bool Cron::is_day(Local local) const {
  const auto day = floor<days>(local);
  const year_month_day date{day};
  if (!has(months_, static_cast<unsigned>(date.month()))) return false;
  const bool of_month = has(days_, static_cast<unsigned>(date.day()));
  const bool of_week = has(weekdays_, weekday(day).c_encoding());
  return any_day_ || any_weekday_ ? of_month && of_week : of_month || of_week;
}

bool Cron::is_hour(Local local) const {
  return has(hours_, static_cast<unsigned>(floor<hours>(local - floor<days>(local)).count()));
}

bool Cron::is_due(Local local) const {
  const auto minute = floor<std::chrono::minutes>(local - floor<hours>(local)).count();
  return has(minutes_, static_cast<unsigned>(minute)) && is_hour(local) && is_day(local);
}

bool Cron::is_due_between(Local first, Local end) const {
  for (Local local = first; local < end; local += 1min)
    if (is_due(local)) return true;
  return false;
}

std::optional<Cron::Time> Cron::next(Time after, const Offset& offset) const {
  const auto local_at = [&](Time time) { return Local((time + offset(time)).time_since_epoch()); };
  const Time horizon = after + kHorizon;
  Time before = floor<std::chrono::minutes>(after);
  Local seen = local_at(before);  // the latest local time there has been
  Local expected = seen;
  for (Time time = before + 1min; time < horizon;) {
    const Local local = local_at(time);
    expected += time - before;
    if (local > expected && is_due_between(expected, local)) return time;
    const bool again = local <= seen;
    if (is_due(local) && (!again || any_hour_)) return time;
    seen = std::max(seen, local);
    expected = local;
    before = time;
    const bool in_a_due_hour = is_hour(local) && is_day(local);
    time = in_a_due_hour ? time + 1min : time + (floor<hours>(local) + 1h - local);
  }
  return std::nullopt;
}

}  // namespace orchestrator::project
