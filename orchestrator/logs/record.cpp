#include "orchestrator/logs/record.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace orchestrator::logs {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::string_view kTemplate = "0000-00-00T00:00:00.000000000Z stdout F ";
static_assert(kTemplate.size() == kHeaderSize);

void put_number(char* place, unsigned width, std::int64_t number) {
  for (unsigned i = width; i-- > 0; number /= 10) place[i] = static_cast<char>('0' + number % 10);
}

std::optional<std::int64_t> number_at(std::string_view line, std::size_t place, std::size_t width) {
  std::int64_t number = 0;
  for (std::size_t i = place; i < place + width; ++i) {
    if (line[i] < '0' || line[i] > '9') return std::nullopt;
    number = number * 10 + (line[i] - '0');
  }
  return number;
}

/// Digits, dots and colons stand where they stand in the template.
std::optional<std::int64_t> time_of(std::string_view line) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  const auto y = number_at(line, 0, 4);
  const auto mo = number_at(line, 5, 2);
  const auto d = number_at(line, 8, 2);
  const auto h = number_at(line, 11, 2);
  const auto mi = number_at(line, 14, 2);
  const auto s = number_at(line, 17, 2);
  const auto ns = number_at(line, 20, 9);
  if (!y || !mo || !d || !h || !mi || !s || !ns || line[10] != 'T' || line[29] != 'Z') return std::nullopt;
  const std::chrono::year_month_day date(year(static_cast<int>(*y)), month(static_cast<unsigned>(*mo)),
                                         day(static_cast<unsigned>(*d)));
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (((days * 24 + *h) * 60 + *mi) * 60 + *s) * kSecond + *ns;
}

}  // namespace

Header header(std::int64_t time_ns, bool is_error) {
  const std::int64_t seconds = time_ns / kSecond;
  const std::chrono::sys_days days{std::chrono::days(seconds / 86'400)};
  const std::chrono::year_month_day date(days);
  const std::int64_t in_day = seconds % 86'400;
  Header result{};
  std::copy(kTemplate.begin(), kTemplate.end(), result.begin());
  char* const text = result.data();
  put_number(text, 4, static_cast<int>(date.year()));
  put_number(text + 5, 2, static_cast<unsigned>(date.month()));
  put_number(text + 8, 2, static_cast<unsigned>(date.day()));
  put_number(text + 11, 2, in_day / 3600);
  put_number(text + 14, 2, in_day / 60 % 60);
  put_number(text + 17, 2, in_day % 60);
  put_number(text + 20, 9, time_ns % kSecond);
  if (is_error) std::copy_n("stderr", 6, text + 31);
  return result;
}

std::optional<RecordView> parse(std::string_view line) {
  if (line.size() < kHeaderSize) return std::nullopt;
  const std::string_view stream = line.substr(30, 8);
  const char tag = line[kTagPosition];
  const bool is_error = stream == " stderr ";
  if ((!is_error && stream != " stdout ") || (tag != 'F' && tag != 'P') || line[39] != ' ')
    return std::nullopt;
  const auto time_ns = time_of(line);
  if (!time_ns) return std::nullopt;
  return RecordView{
      .time_ns = *time_ns, .is_error = is_error, .partial = tag == 'P', .text = line.substr(kHeaderSize)};
}

}  // namespace orchestrator::logs
