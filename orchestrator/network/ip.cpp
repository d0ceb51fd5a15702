#include "orchestrator/network/ip.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace orchestrator::network {

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
  return bytes[0] == 0xff || is_link_local();
}

bool Ip::is_link_local() const {
  if (family == AF_INET) return bytes[0] == 169 && bytes[1] == 254;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

Ip Ip::plus(std::uint64_t count) const {
  Ip result = *this;
  std::uint64_t carry = 0;
  for (std::size_t i = size(); i-- > 0; count >>= 8) {
    carry += result.bytes.at(i) + (count & 0xff);
    result.bytes.at(i) = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return result;
}

std::string Ip::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  return ::inet_ntop(family, bytes.data(), buffer.data(), buffer.size());
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto ip = Ip::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  if (slash == std::string_view::npos) return Prefix{.ip = *ip, .length = ip->bits()};
  const std::string_view digits = text.substr(slash + 1);
  int length = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length < 0 || length > ip->bits())
    return std::nullopt;
  return of(*ip, length);
}

Prefix Prefix::of(const Ip& ip, int length) {
  Prefix prefix{.ip = ip, .length = length};
  for (int i = 0; i < static_cast<int>(ip.size()); ++i) {
    const int kept = std::clamp(length - i * 8, 0, 8);
    prefix.ip.bytes.at(static_cast<std::size_t>(i)) &= static_cast<std::uint8_t>(0xff00 >> kept);
  }
  return prefix;
}

bool Prefix::contains(const Ip& other) const {
  return other.family == ip.family && of(other, length).ip == of(ip, length).ip;
}

std::uint64_t Prefix::last_offset() const {
  const int host_bits = ip.bits() - length;
  return host_bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << host_bits) - 1;
}

std::string Prefix::text() const { return ip.text() + "/" + std::to_string(length); }

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

}  // namespace orchestrator::network
