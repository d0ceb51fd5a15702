#include "orchestrator/network/gateway/icmp.hpp"

#include <netinet/in.h>
#include <netinet/ip.h>

#include <algorithm>
#include <cstring>

namespace orchestrator::network::gateway::icmp {

namespace {

constexpr std::size_t kHeader = 4;    ///< type, code, checksum
constexpr std::size_t kIdentity = 2;  ///< identifier
constexpr std::size_t kRest = kHeader + kIdentity;
constexpr std::uint8_t kTimeToLive = 64;

std::uint16_t number_at(std::span<const char> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void put_number(std::vector<char>& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value);
}

/// RFC 1071.
std::uint16_t checksum(std::span<const char> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += number_at(bytes, i);
  if (bytes.size() % 2 == 1) sum += static_cast<std::uint32_t>(static_cast<unsigned char>(bytes.back())) << 8;
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

std::optional<Echo> parse(std::span<const char> message) {
  if (message.size() < kRest + sizeof(std::uint16_t)) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(message[0]);
  if ((type != kEchoRequest && type != kEchoReply) || message[1] != 0) return std::nullopt;
  const auto rest = message.subspan(kRest);
  return Echo{.type = type, .id = number_at(message, kHeader), .rest = {rest.begin(), rest.end()}};
}

std::optional<Echo> parse_packet(std::span<const char> packet) {
  if (packet.size() < sizeof(iphdr)) return std::nullopt;
  iphdr header{};
  std::memcpy(&header, packet.data(), sizeof header);
  const std::size_t length = header.ihl * std::size_t{4};
  if (header.version != 4 || header.protocol != IPPROTO_ICMP || length > packet.size()) return std::nullopt;
  auto echo = parse(packet.subspan(length));
  if (!echo) return std::nullopt;
  echo->from = Ip::v4(&header.saddr);
  echo->to = Ip::v4(&header.daddr);
  return echo;
}

std::vector<char> message(const Echo& echo) {
  std::vector<char> bytes(kRest + echo.rest.size());
  bytes[0] = static_cast<char>(echo.type);
  put_number(bytes, kHeader, echo.id);
  std::copy(echo.rest.begin(), echo.rest.end(), bytes.begin() + kRest);
  put_number(bytes, 2, checksum(bytes));
  return bytes;
}

std::vector<char> packet(const Echo& echo) {
  iphdr header{};
  header.version = 4;
  header.ihl = sizeof header / 4;
  header.ttl = kTimeToLive;
  header.protocol = IPPROTO_ICMP;
  std::memcpy(&header.saddr, echo.from.bytes.data(), sizeof header.saddr);
  std::memcpy(&header.daddr, echo.to.bytes.data(), sizeof header.daddr);
  std::vector<char> bytes(sizeof header);
  std::memcpy(bytes.data(), &header, sizeof header);
  const std::vector<char> inner = message(echo);
  bytes.insert(bytes.end(), inner.begin(), inner.end());
  return bytes;
}

}  // namespace orchestrator::network::gateway::icmp
