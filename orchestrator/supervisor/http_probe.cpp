#include "orchestrator/supervisor/http_probe.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace orchestrator::supervisor {
namespace {

/// "204" or "200-299"; the loader has checked the words.
bool covers(std::string_view range, int status) {
  int first = 0;
  const auto [end, error] = std::from_chars(range.data(), range.data() + range.size(), first);
  if (error != std::errc()) return false;
  int last = first;
  if (end != range.data() + range.size() && *end == '-')
    std::from_chars(end + 1, range.data() + range.size(), last);
  return status >= first && status <= last;
}

}  // namespace

std::string http_request(const project::HttpProbe& probe, const std::string& host) {
  project::StringMap headers{{"Host", host}, {"User-Agent", "mdcompose"}};
  for (const auto& [name, value] : probe.headers) {
    std::erase_if(headers,
                  [&](const auto& ours) { return ::strcasecmp(ours.first.c_str(), name.c_str()) == 0; });
    headers[name] = value;
  }
  std::string text = "GET " + probe.path + " HTTP/1.1\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "Connection: close\r\n\r\n";
}

std::optional<int> http_status(std::string_view answer) {
  constexpr std::size_t kVersionLength = std::string_view("HTTP/1.1").size();
  if (!answer.starts_with("HTTP/1.") || answer.size() < kVersionLength + 4 || answer[kVersionLength] != ' ')
    return std::nullopt;
  const std::string_view digits = answer.substr(kVersionLength + 1, 3);
  int status = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  if (error != std::errc() || end != digits.data() + digits.size() || status < 100) return std::nullopt;
  return status;
}

bool accepts(const project::HttpProbe& probe, int status) {
  if (probe.status.empty()) return status >= 200 && status < 400;
  return std::any_of(probe.status.begin(), probe.status.end(),
                     [&](const std::string& range) { return covers(range, status); });
}

}  // namespace orchestrator::supervisor
