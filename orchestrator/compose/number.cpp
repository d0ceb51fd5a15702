#include "orchestrator/compose/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace orchestrator::compose {
namespace {

constexpr int kFirstExponent = 6;  // a million is written 1e+06

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string without_underscores(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '_') out += c;
  return out;
}

std::optional<std::int64_t> integer_in_base(std::string_view digits, int base, bool negative) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  const std::uint64_t limit = std::uint64_t{1} << 63;
  if (negative) return value <= limit ? std::optional(static_cast<std::int64_t>(~value + 1)) : std::nullopt;
  return value < limit ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
}

/// Go's strconv.ParseInt(text, 0, 64): the prefix says the base, and a leading 0 is octal.
std::optional<std::int64_t> parse_prefixed(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.size() > 1 && text[0] == '0') {
    const char mark = text[1];
    if (mark == 'x' || mark == 'X') return integer_in_base(text.substr(2), 16, negative);
    if (mark == 'o' || mark == 'O') return integer_in_base(text.substr(2), 8, negative);
    if (mark == 'b' || mark == 'B') return integer_in_base(text.substr(2), 2, negative);
    return integer_in_base(text.substr(1), 8, negative);
  }
  return integer_in_base(text, 10, negative);
}

/// YAML's float: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  std::size_t i = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - start;
  };
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (i < text.size() && text[i] == '.') ++i, fraction = digits();
  if (whole + fraction == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

std::optional<double> special_float(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == ".inf" || text == ".Inf" || text == ".INF") return kInfinity;
  if (text == "+.inf" || text == "+.Inf" || text == "+.INF") return kInfinity;
  if (text == "-.inf" || text == "-.Inf" || text == "-.INF") return -kInfinity;
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::optional<Node> resolve_number(const std::string& text, const Place& place) {
  const char first = text[0];
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') return std::nullopt;
  if (const auto value = special_float(text)) return make_float(*value, place);
  const std::string plain = without_underscores(text);
  if (const auto value = parse_prefixed(plain)) return make_int(*value, place);
  if (looks_like_float(plain))
    if (const auto value = parse_number(plain)) return make_float(*value, place);
  return std::nullopt;
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array kUnits = {
    Unit{"ns", 1},
    Unit{"us", 1000},
    Unit{"\xC2\xB5s", 1000},
    Unit{"\xCE\xBCs", 1000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"d", 86'400'000'000'000},
    Unit{"w", 604'800'000'000'000},
};

/// Takes digits and a fraction off the front.
std::optional<long double> take_number(std::string_view& text) {
  long double value = 0;
  long double scale = 1;
  bool dot = false;
  bool any = false;
  std::size_t i = 0;
  for (; i < text.size() && (is_digit(text[i]) || (text[i] == '.' && !dot)); ++i) {
    if (text[i] == '.') {
      dot = true;
      continue;
    }
    any = true;
    value = value * 10 + (text[i] - '0');
    if (dot) scale *= 10;
  }
  text.remove_prefix(i);
  return any ? std::optional(value / scale) : std::nullopt;
}

std::string_view take_unit(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && !is_digit(text[end]) && text[end] != '.') ++end;
  const std::string_view unit = text.substr(0, end);
  text.remove_prefix(end);
  return unit;
}

std::string fraction_text(std::int64_t value, std::int64_t unit) {
  std::string out = std::to_string(value / unit);
  std::int64_t rest = value % unit;
  if (rest == 0) return out;
  out += '.';
  while (rest != 0) {
    unit /= 10;
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return out;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return integer_in_base(text, 10, negative);
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Node resolve_plain(std::string text, const Place& place) {
  Node node;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    node = make_null(place);
  } else if (text == "true" || text == "True" || text == "TRUE") {
    node = make_bool(true, place);
  } else if (text == "false" || text == "False" || text == "FALSE") {
    node = make_bool(false, place);
  } else if (auto number = resolve_number(text, place)) {
    node = std::move(*number);
  } else {
    return make_text(std::move(text), place);
  }
  node.text = std::move(text);
  return node;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  constexpr std::string_view kSuffixes = "kmgtp";
  const std::size_t end = text.find_last_of("0123456789. ");
  if (end == std::string_view::npos) return std::nullopt;
  const bool blank = text[end] == ' ';
  const auto number = parse_number(text.substr(0, blank ? end : end + 1));
  std::string suffix = lower(text.substr(end + 1));
  if (!number || suffix.size() > 3) return std::nullopt;
  if (*number < 0) return suffix.empty() ? parse_integer(text) : std::nullopt;
  double factor = 1;
  if (!suffix.empty() && suffix != "b") {
    const std::size_t power = kSuffixes.find(suffix[0]);
    const std::string rest = suffix.substr(1);
    if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib"))
      return std::nullopt;
    factor = std::pow(1024.0, static_cast<double>(power + 1));
  }
  const double bytes = *number * factor;
  if (bytes >= 9.2e18) return std::nullopt;
  return static_cast<std::int64_t>(bytes);
}

std::optional<Nanoseconds> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Nanoseconds(0);
  if (text.empty()) return std::nullopt;
  long double total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const std::string_view name = take_unit(text);
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits)
      if (candidate.name == name) unit = &candidate;
    if (unit == nullptr) return std::nullopt;
    total += *number * static_cast<long double>(unit->nanoseconds);
  }
  if (total > 9.2e18L) return std::nullopt;
  const auto count = static_cast<std::int64_t>(std::llroundl(total));
  return Nanoseconds(negative ? -count : count);
}

std::string duration_text(Nanoseconds duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  const std::string sign = left < 0 ? "-" : "";
  if (left < 0) left = -left;
  if (left < 1000) return sign + std::to_string(left) + "ns";
  if (left < 1'000'000) return sign + fraction_text(left, 1000) + "\xC2\xB5s";
  if (left < 1'000'000'000) return sign + fraction_text(left, 1'000'000) + "ms";
  constexpr std::int64_t kMinute = 60'000'000'000;
  std::string out = fraction_text(left % kMinute, 1'000'000'000) + "s";
  const std::int64_t minutes = left / kMinute;
  if (minutes > 0) out = std::to_string(minutes % 60) + "m" + out;
  if (minutes >= 60) out = std::to_string(minutes / 60) + "h" + out;
  return sign + out;
}

double shortest(float value) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? parse_number({buffer.data(), end}).value_or(value) : value;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string scientific(buffer.data(), end);
  const auto mark = scientific.find('e');
  const auto exponent = parse_integer(scientific.substr(mark + 1)).value_or(0);
  if (error != std::errc() || exponent < -4 || exponent >= kFirstExponent) return scientific;
  const auto fixed =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return {buffer.data(), fixed.ptr};
}

}  // namespace orchestrator::compose
