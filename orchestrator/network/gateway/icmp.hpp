// ICMP echo messages as bytes (RFC 792), IPv4. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "orchestrator/network/ip.hpp"

namespace orchestrator::network::gateway::icmp {

inline constexpr std::uint8_t kEchoReply = 0;
inline constexpr std::uint8_t kEchoRequest = 8;

struct Echo {
  Ip from{};
  Ip to{};
  std::uint8_t type = kEchoRequest;
  std::uint16_t id = 0;
  std::vector<char> rest{};  ///< sequence number and data
};

/// Of a packet with its IP header, as raw sockets give it; nothing where it is no echo message.
std::optional<Echo> parse_packet(std::span<const char> packet);
/// Of the ICMP part alone, as ping sockets give it; without addresses.
std::optional<Echo> parse(std::span<const char> message);

/// The ICMP part, with its checksum.
std::vector<char> message(const Echo& echo);
/// With an IP header in front; the kernel fills in length and checksum of that.
std::vector<char> packet(const Echo& echo);

}  // namespace orchestrator::network::gateway::icmp
