// Where a packet comes from and goes to, as a value and as the kernel wants it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/network/ip.hpp"

namespace orchestrator::network {

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
  /// "10.0.0.1:80", "[fd00::1]:80".
  static std::optional<Endpoint> parse(std::string_view text);
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

}  // namespace orchestrator::network
