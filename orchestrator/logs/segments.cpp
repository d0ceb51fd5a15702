#include "orchestrator/logs/segments.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace {

constexpr std::size_t kDigits = 10;
constexpr std::string_view kSuffix = ".log";

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (name.size() < kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string segment_path(const std::string& directory, std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return directory + "/" + digits + std::string(kSuffix);
}

std::vector<std::uint64_t> segments_in(const std::string& directory) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : runtime::sys::list_directory(directory))
    if (const auto number = number_of(name)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace orchestrator::logs
