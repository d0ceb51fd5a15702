// Internet addresses and prefixes as values, IPv4 and IPv6 alike.
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::network {

/// IPv4 or IPv6, in network byte order; an IPv4-mapped IPv6 address is the IPv4 address.
struct Ip {
  int family = AF_INET;
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 uses the first four
  auto operator<=>(const Ip&) const = default;

  static std::optional<Ip> parse(std::string_view text);
  static Ip v4(const void* four_bytes);
  static Ip v6(const void* sixteen_bytes);
  [[nodiscard]] std::size_t size() const { return family == AF_INET ? 4 : 16; }
  [[nodiscard]] int bits() const { return static_cast<int>(size()) * 8; }
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] bool is_unspecified() const;
  /// Multicast, broadcast, link-local IPv6 (meaningless without its interface): never dialled.
  [[nodiscard]] bool is_group_or_local() const;
  /// 169.254.0.0/16, fe80::/10.
  [[nodiscard]] bool is_link_local() const;
  /// The address so many places further on; wraps around at the end of its family.
  [[nodiscard]] Ip plus(std::uint64_t count) const;
  [[nodiscard]] std::string text() const;
};

/// "10.99.0.0/16", "fd00:1::/64". The bits after `length` are zero.
struct Prefix {
  Ip ip{};
  int length = 0;
  auto operator<=>(const Prefix&) const = default;

  /// An address alone is a prefix of full length; bits after the prefix are cleared.
  static std::optional<Prefix> parse(std::string_view text);
  /// The prefix of this length that `ip` is in.
  static Prefix of(const Ip& ip, int length);
  [[nodiscard]] bool contains(const Ip& other) const;
  [[nodiscard]] bool contains(const Prefix& other) const {
    return other.length >= length && contains(other.ip);
  }
  [[nodiscard]] bool overlaps(const Prefix& other) const { return contains(other) || other.contains(*this); }
  /// Offset of the last address from the first; of an IPv6 prefix shorter than /64, of the first /64 in it.
  [[nodiscard]] std::uint64_t last_offset() const;
  [[nodiscard]] std::string text() const;
};
[[nodiscard]] bool any_contains(const std::vector<Prefix>& prefixes, const Ip& ip);

/// What is not understood is left out.
std::vector<Prefix> parse_prefixes(const std::vector<std::string>& texts);
std::vector<Ip> parse_ips(const std::vector<std::string>& texts);

}  // namespace orchestrator::network
