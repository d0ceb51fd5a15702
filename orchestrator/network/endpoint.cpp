#include "orchestrator/network/endpoint.hpp"

#include <charconv>
#include <cstring>

namespace orchestrator::network {

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

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto ip = Ip::parse(host);
  Endpoint endpoint;
  const auto [end, error] =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), endpoint.port);
  if (!ip || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  endpoint.ip = *ip;
  return endpoint;
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

}  // namespace orchestrator::network
