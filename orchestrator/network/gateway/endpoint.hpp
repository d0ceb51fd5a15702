// Internet addresses as values: Ip, Prefix and Endpoint, from text and from what the kernel fills in.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::network::gateway {

/// IPv4 or IPv6, in network byte order; an IPv4-mapped IPv6 address is the IPv4 address.
struct Ip {
  int family = AF_INET;
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 uses the first four
  auto operator<=>(const Ip&) const = default;

  static std::optional<Ip> parse(std::string_view text);
  static Ip v4(const void* four_bytes);
  static Ip v6(const void* sixteen_bytes);
  [[nodiscard]] std::size_t size() const { return family == AF_INET ? 4 : 16; }
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] bool is_unspecified() const;
  /// Multicast, broadcast, link-local IPv6 (meaningless without its interface): never dialled.
  [[nodiscard]] bool is_group_or_local() const;
  [[nodiscard]] std::string text() const;
};

struct Prefix {
  Ip ip{};
  int length = 0;
  static std::optional<Prefix> parse(std::string_view text);
  [[nodiscard]] bool contains(const Ip& other) const;
};
[[nodiscard]] bool any_contains(const std::vector<Prefix>& prefixes, const Ip& ip);

/// Prefixes and addresses of a snapshot; what is not understood is left out.
std::vector<Prefix> parse_prefixes(const std::vector<std::string>& texts);
std::vector<Ip> parse_ips(const std::vector<std::string>& texts);

/// A socket address as the calls want it. `family` AF_INET6 with an IPv4 address makes it IPv4-mapped.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

struct Endpoint {
  Ip ip{};
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;

  static Endpoint from(const SocketAddress& address);
  [[nodiscard]] SocketAddress address(int family = AF_UNSPEC) const;
  [[nodiscard]] std::string text() const;
};

/// Both ends of a flow, as a key.
struct Flow {
  Endpoint from{};
  Endpoint to{};
  friend bool operator==(const Flow&, const Flow&) = default;
};
struct FlowHash {
  std::size_t operator()(const Flow& flow) const noexcept;
};

}  // namespace orchestrator::network::gateway
