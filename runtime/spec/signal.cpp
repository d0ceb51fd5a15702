#include "runtime/spec/signal.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace runtime {
namespace {

/// Second names of what sigabbrev_np(3) calls otherwise.
constexpr std::array<std::pair<std::string_view, int>, 4> kAliases{
    {{"CLD", SIGCHLD}, {"IO", SIGIO}, {"IOT", SIGIOT}, {"POLL", SIGPOLL}}};

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<int> named(std::string_view name) {
  for (int number = 1; number < SIGRTMIN; ++number) {
    const char* known = ::sigabbrev_np(number);
    if (known != nullptr && name == known) return number;
  }
  for (const auto& [alias, number] : kAliases)
    if (name == alias) return number;
  return std::nullopt;
}

/// "RTMIN+3" counts up from SIGRTMIN, "RTMAX-3" down from SIGRTMAX.
std::optional<int> real_time(std::string_view name) {
  const bool from_end = name.starts_with("RTMAX");
  if (!from_end && !name.starts_with("RTMIN")) return std::nullopt;
  name.remove_prefix(5);
  if (name.empty()) return from_end ? SIGRTMAX : SIGRTMIN;
  if (name.front() != (from_end ? '-' : '+')) return std::nullopt;
  const auto offset = digits(name.substr(1));
  if (!offset || *offset > SIGRTMAX - SIGRTMIN) return std::nullopt;
  return from_end ? SIGRTMAX - *offset : SIGRTMIN + *offset;
}

}  // namespace

int signal_number(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  if (name.starts_with("SIG")) name.erase(0, 3);
  auto number = digits(text);
  if (!number) number = named(name);
  if (!number) number = real_time(name);
  if (!number || *number < 1 || *number > SIGRTMAX)
    throw std::invalid_argument("unknown signal \"" + std::string(text) + "\"");
  return *number;
}

}  // namespace runtime
