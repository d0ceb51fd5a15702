#include "orchestrator/compose/probe_address.hpp"

#include <arpa/inet.h>

#include <array>

#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  return ::inet_pton(AF_INET, text.c_str(), binary.data()) == 1;
}
bool is_bracketed_ipv6(const std::string& text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return false;
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  return ::inet_pton(AF_INET6, text.substr(1, text.size() - 2).c_str(), binary.data()) == 1;
}
bool is_port(std::string_view text) {
  const auto number = parse_integer(text);
  return number && *number >= 1 && *number <= 65535;
}

}  // namespace

std::optional<std::string> probe_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return is_port(text) ? std::optional(std::string(text)) : std::nullopt;
  const std::string address(text.substr(0, colon));
  const std::string port(text.substr(colon + 1));
  if (!is_port(port)) return std::nullopt;
  if (address.empty() || address == "localhost") return port;
  if (!is_address(address) && !is_bracketed_ipv6(address)) return std::nullopt;
  return address + ":" + port;
}

std::optional<project::HttpProbe> probe_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  const auto slash = text.find('/');
  std::string host(text.substr(0, slash));
  const auto colon = host.rfind(':');
  const bool has_port = is_port(host) || (colon != std::string::npos && !host.ends_with(']'));
  if (!has_port) host += ":80";
  const auto address = probe_address(host);
  if (!address) return std::nullopt;
  project::HttpProbe probe{.address = *address};
  if (slash != std::string_view::npos) probe.path = std::string(text.substr(slash));
  return probe;
}

}  // namespace orchestrator::compose
