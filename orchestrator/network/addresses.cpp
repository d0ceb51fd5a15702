#include "orchestrator/network/addresses.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace orchestrator::network {
namespace {

std::uint32_t mask(int length) { return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length); }

bool overlaps_any(const Prefix& prefix, const std::vector<Prefix>& taken) {
  return std::any_of(taken.begin(), taken.end(), [&](const Prefix& other) { return prefix.overlaps(other); });
}

}  // namespace

bool Prefix::contains(std::uint32_t address) const { return (address & mask(length)) == base; }

bool Prefix::overlaps(const Prefix& other) const {
  const std::uint32_t common = mask(std::min(length, other.length));
  return (base & common) == (other.base & common);
}

std::uint32_t parse_address(std::string_view text) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1)
    throw std::invalid_argument("\"" + std::string(text) + "\" is not an IPv4 address");
  return ntohl(address.s_addr);
}

Prefix parse_prefix(std::string_view text) {
  const auto slash = text.find('/');
  Prefix prefix{.length = -1};
  if (slash != std::string_view::npos)
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), prefix.length);
  if (prefix.length < 0 || prefix.length > 32)
    throw std::invalid_argument("\"" + std::string(text) + "\" is not an IPv4 subnet such as 10.5.0.0/16");
  prefix.base = parse_address(text.substr(0, slash)) & mask(prefix.length);
  return prefix;
}

std::string address_text(std::uint32_t address) {
  const in_addr raw{.s_addr = htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &raw, text.data(), text.size());
}

std::string mac_for(std::uint32_t address) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:42:%02x:%02x:%02x:%02x", address >> 24, address >> 16 & 255U,
                address >> 8 & 255U, address & 255U);
  return text.data();
}

std::string to_string(const Prefix& prefix) {
  return address_text(prefix.base) + "/" + std::to_string(prefix.length);
}

Prefix choose_subnet(const std::vector<Prefix>& taken) {
  const auto first_free = [&](std::uint32_t from, std::uint32_t to) -> std::optional<Prefix> {
    for (std::uint32_t base = from; base <= to; base += 1U << 16)
      if (const Prefix prefix{.base = base, .length = 16}; !overlaps_any(prefix, taken)) return prefix;
    return std::nullopt;
  };
  if (const auto found = first_free(parse_address("10.89.0.0"), parse_address("10.254.0.0"))) return *found;
  if (const auto found = first_free(parse_address("172.16.0.0"), parse_address("172.31.0.0"))) return *found;
  throw std::runtime_error("no subnet is left for another network; give one under ipam");
}

Pool::Pool(const Prefix& subnet, std::uint32_t gateway)
    : subnet_(subnet),
      gateway_(gateway == 0 ? subnet.base + 1 : gateway),
      // A /24 of a /16, a /28 of a /24; small subnets are given out in sequence.
      block_length_(subnet.length <= 16   ? 24
                    : subnet.length <= 24 ? 28
                                          : subnet.length) {
  if (!subnet_.contains(gateway_))
    throw std::invalid_argument("gateway " + address_text(gateway_) + " is outside of " + to_string(subnet_));
}

bool Pool::is_free(std::uint32_t address) const {
  const bool usable =
      address != subnet_.base && address != subnet_.base + subnet_.size() - 1 && address != gateway_;
  return subnet_.contains(address) && usable && !used_.contains(address);
}

void Pool::reserve(const std::string& service, std::uint32_t address) {
  used_.insert(address);
  if (block_length_ > subnet_.length) blocks_.try_emplace(service, address & mask(block_length_));
}

std::uint32_t Pool::block_of(const std::string& service) {
  if (block_length_ == subnet_.length) return subnet_.base;
  const auto known = blocks_.find(service);
  if (known != blocks_.end()) return known->second;
  const std::uint32_t step = 1U << (32 - block_length_);
  // The first block is the gateway's.
  for (std::uint64_t offset = step; offset < subnet_.size(); offset += step) {
    const std::uint32_t base = subnet_.base + static_cast<std::uint32_t>(offset);
    const bool taken = std::any_of(blocks_.begin(), blocks_.end(),
                                   [&](const auto& block) { return block.second == base; }) ||
                       std::any_of(used_.begin(), used_.end(), [&](std::uint32_t address) {
                         return (address & mask(block_length_)) == base;
                       });
    if (!taken) return blocks_[service] = base;
  }
  return subnet_.base;
}

std::uint32_t Pool::allocate(const std::string& service, int number, std::optional<std::uint32_t> fixed) {
  if (fixed) {
    if (!subnet_.contains(*fixed))
      throw std::runtime_error("address " + address_text(*fixed) + " is outside of the network's subnet " +
                               to_string(subnet_));
    if (!is_free(*fixed)) throw std::runtime_error("address " + address_text(*fixed) + " is in use already");
    used_.insert(*fixed);
    return *fixed;
  }
  const std::uint32_t block = block_of(service);
  const std::uint32_t wanted = block + static_cast<std::uint32_t>(number);
  if ((wanted & mask(block_length_)) == block && is_free(wanted)) {
    used_.insert(wanted);
    return wanted;
  }
  for (std::uint64_t offset = 1; offset + 1 < subnet_.size(); ++offset) {
    const std::uint32_t address = subnet_.base + static_cast<std::uint32_t>(offset);
    if (!is_free(address)) continue;
    used_.insert(address);
    return address;
  }
  throw std::runtime_error("no address is left in the network's subnet " + to_string(subnet_));
}

}  // namespace orchestrator::network
