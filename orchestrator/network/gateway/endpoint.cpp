#include "orchestrator/network/gateway/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace orchestrator::network::gateway {

std::optional<Ip> Ip::parse(std::string_view text) {
  const std::string name(text);
  std::array<std::uint8_t, 16> raw{};
  if (::inet_pton(AF_INET, name.c_str(), raw.data()) == 1) return v4(raw.data());
  if (::inet_pton(AF_INET6, name.c_str(), raw.data()) == 1) return v6(raw.data());
  return std::nullopt;
}

Ip Ip::v4(const void* four_bytes) {
  Ip ip;
  std::memcpy(ip.bytes.data(), four_bytes, 4);
  return ip;
}

Ip Ip::v6(const void* sixteen_bytes) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto* raw = static_cast<const std::uint8_t*>(sixteen_bytes);
  if (std::equal(kMapped.begin(), kMapped.end(), raw)) return v4(raw + kMapped.size());
  Ip ip{.family = AF_INET6};
  std::memcpy(ip.bytes.data(), raw, ip.bytes.size());
  return ip;
}

bool Ip::is_loopback() const {
  if (family == AF_INET) return bytes[0] == 127;
  return std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; }) && bytes[15] == 1;
}

bool Ip::is_unspecified() const {
  return std::all_of(bytes.begin(), bytes.end(), [](auto byte) { return byte == 0; });
}

bool Ip::is_group_or_local() const {
  if (family == AF_INET) return bytes[0] >= 224;
  return bytes[0] == 0xff || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

std::string Ip::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  return ::inet_ntop(family, bytes.data(), buffer.data(), buffer.size());
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto ip = Ip::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  const int longest = static_cast<int>(ip->size()) * 8;
  if (slash == std::string_view::npos) return Prefix{.ip = *ip, .length = longest};
  const std::string_view digits = text.substr(slash + 1);
  int length = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length < 0 || length > longest)
    return std::nullopt;
  return Prefix{.ip = *ip, .length = length};
}

bool Prefix::contains(const Ip& other) const {
  if (other.family != ip.family) return false;
  const auto whole = static_cast<std::size_t>(length / 8);
  if (!std::equal(ip.bytes.begin(), ip.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  other.bytes.begin()))
    return false;
  const int rest = length % 8;
  return rest == 0 || (ip.bytes.at(whole) ^ other.bytes.at(whole)) >> (8 - rest) == 0;
}

bool any_contains(const std::vector<Prefix>& prefixes, const Ip& ip) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const Prefix& prefix) { return prefix.contains(ip); });
}

std::vector<Prefix> parse_prefixes(const std::vector<std::string>& texts) {
  std::vector<Prefix> result;
  for (const std::string& text : texts)
    if (const auto prefix = Prefix::parse(text)) result.push_back(*prefix);
  return result;
}

std::vector<Ip> parse_ips(const std::vector<std::string>& texts) {
  std::vector<Ip> result;
  for (const std::string& text : texts)
    if (const auto ip = Ip::parse(text)) result.push_back(*ip);
  return result;
}

Endpoint Endpoint::from(const SocketAddress& address) {
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &address.storage, sizeof in6);
    return {.ip = Ip::v6(&in6.sin6_addr), .port = ntohs(in6.sin6_port)};
  }
  sockaddr_in in{};
  std::memcpy(&in, &address.storage, sizeof in);
  return {.ip = Ip::v4(&in.sin_addr), .port = ntohs(in.sin_port)};
}

SocketAddress Endpoint::address(int family) const {
  SocketAddress result;
  if (family == AF_INET || (family == AF_UNSPEC && ip.family == AF_INET)) {
    sockaddr_in in{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
    std::memcpy(&in.sin_addr, ip.bytes.data(), sizeof in.sin_addr);
    std::memcpy(&result.storage, &in, sizeof in);
    result.length = sizeof in;
    return result;
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  if (ip.family == AF_INET6) {
    std::memcpy(&in6.sin6_addr, ip.bytes.data(), sizeof in6.sin6_addr);
  } else if (!ip.is_unspecified()) {
    in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
    std::memcpy(&in6.sin6_addr.s6_addr[12], ip.bytes.data(), 4);
  }
  std::memcpy(&result.storage, &in6, sizeof in6);
  result.length = sizeof in6;
  return result;
}

std::string Endpoint::text() const {
  const std::string host = ip.family == AF_INET6 ? "[" + ip.text() + "]" : ip.text();
  return host + ":" + std::to_string(port);
}

std::size_t FlowHash::operator()(const Flow& flow) const noexcept {
  constexpr std::size_t kPrime = 0x100000001b3;  // FNV-1a
  std::size_t hash = 0xcbf29ce484222325;
  const auto mix = [&](std::uint8_t byte) { hash = (hash ^ byte) * kPrime; };
  for (const Endpoint* end : {&flow.from, &flow.to}) {
    for (const std::uint8_t byte : end->ip.bytes) mix(byte);
    mix(static_cast<std::uint8_t>(end->port));
    mix(static_cast<std::uint8_t>(end->port >> 8));
  }
  return hash;
}

}  // namespace orchestrator::network::gateway
