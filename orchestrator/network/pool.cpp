#include "orchestrator/network/pool.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "orchestrator/project/hash.hpp"

namespace orchestrator::network {
namespace {

/// Of addresses one after the other, where blocks do not help: as many as a /16 has.
constexpr std::uint64_t kLongestSearch = 65535;

bool overlaps_any(const Prefix& prefix, const std::vector<Prefix>& taken) {
  return std::any_of(taken.begin(), taken.end(), [&](const Prefix& other) { return prefix.overlaps(other); });
}

/// 256 addresses of a /16, 16 of a /24, 65536 of an IPv6 /64; small subnets are given out in sequence.
int block_bits(const Prefix& area) {
  const int host_bits = area.ip.bits() - area.length;
  if (host_bits >= 64) return 16;
  if (host_bits >= 16) return 8;
  return host_bits >= 8 ? 4 : 0;
}

}  // namespace

Prefix choose_subnet(const std::vector<Prefix>& taken) {
  struct Candidates {
    const char* first;
    int length;
    int count;
  };
  constexpr std::array<Candidates, 3> kCandidates{
      {{"10.89.0.0", 16, 166}, {"172.16.0.0", 16, 16}, {"192.168.0.0", 20, 16}}};
  for (const Candidates& some : kCandidates) {
    Prefix prefix{.ip = *Ip::parse(some.first), .length = some.length};
    for (int i = 0; i < some.count; ++i, prefix.ip = prefix.ip.plus(prefix.last_offset() + 1))
      if (!overlaps_any(prefix, taken)) return prefix;
  }
  throw std::runtime_error("no subnet is left for another network; give one under ipam");
}

Prefix choose_local_subnet(const std::string& network) {
  const std::uint64_t hash = project::hash_of(network);
  Ip ip{.family = AF_INET6};
  ip.bytes[0] = 0xfd;
  for (std::size_t i = 1; i < 8; ++i) ip.bytes.at(i) = static_cast<std::uint8_t>(hash >> (i * 8));
  return {.ip = ip, .length = 64};
}

Ip default_gateway(const Prefix& prefix) { return prefix.ip.plus(1); }

std::string mac_for(const Ip& address) {
  std::uint64_t tail = project::hash_of(address.text());
  if (address.family == AF_INET) {
    tail = 0;
    for (std::size_t i = 0; i < address.size(); ++i) tail = tail << 8 | address.bytes.at(i);
  }
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:42:%02x:%02x:%02x:%02x",
                static_cast<unsigned>(tail >> 24) & 255U, static_cast<unsigned>(tail >> 16) & 255U,
                static_cast<unsigned>(tail >> 8) & 255U, static_cast<unsigned>(tail) & 255U);
  return text.data();
}

Pool::Pool(Subnet subnet) : subnet_(std::move(subnet)), block_bits_(block_bits(area())) {}

bool Pool::is_usable(const Ip& address) const {
  const Prefix& prefix = subnet_.prefix;
  const auto& reserved = subnet_.reserved;
  return prefix.contains(address) && address != prefix.ip &&
         address != prefix.ip.plus(prefix.last_offset()) && address != subnet_.gateway &&
         std::find(reserved.begin(), reserved.end(), address) == reserved.end();
}

bool Pool::is_free(const Ip& address) const {
  return area().contains(address) && is_usable(address) && !used_.contains(address) &&
         !kept_.contains(address);
}

Prefix Pool::block_around(const Ip& address) const {
  return Prefix::of(address, address.bits() - block_bits_);
}

void Pool::plan_blocks(const std::vector<std::string>& services) {
  for (const std::string& service : services) (void)block_of(service);
}

std::optional<Ip> Pool::block_of(const std::string& service) {
  if (block_bits_ == 0) return std::nullopt;
  const auto known = homes_.find(service);
  if (known != homes_.end()) return known->second;
  std::set<Prefix> taken{block_around(subnet_.gateway)};
  for (const auto& [name, address] : homes_) taken.insert(block_around(address));
  for (const auto* addresses : {&used_, &kept_})
    for (const Ip& address : *addresses) taken.insert(block_around(address));
  // An IPv6 subnet never runs out before memory does.
  for (std::uint64_t offset = 0; offset < area().last_offset(); offset += block_size()) {
    const Ip base = area().ip.plus(offset);
    if (!taken.contains(block_around(base))) return homes_[service] = base;
  }
  return std::nullopt;
}

std::set<Prefix> Pool::all_homes() const {
  std::set<Prefix> all;
  for (const auto& [name, address] : homes_) {
    const bool is_instance = name.find(' ') != std::string::npos;
    all.insert(is_instance ? Prefix::of(address, address.bits()) : block_around(address));
  }
  return all;
}

std::optional<Ip> Pool::first_free_outside(const std::set<Prefix>& spared) const {
  const std::uint64_t last = std::min(area().last_offset(), kLongestSearch);
  for (std::uint64_t offset = 0; offset <= last; ++offset) {
    const Ip address = area().ip.plus(offset);
    if (spared.contains(block_around(address)))
      offset |= block_size() - 1;  // the rest of it
    else if (is_free(address) && !spared.contains(Prefix::of(address, address.bits())))
      return address;
  }
  return std::nullopt;
}

Ip Pool::allocate_fixed(const Ip& address) {
  if (!subnet_.prefix.contains(address))
    throw std::runtime_error("address " + address.text() + " is outside of the network's subnet " +
                             subnet_.prefix.text());
  if (!is_usable(address) || used_.contains(address))
    throw std::runtime_error("address " + address.text() + " is in use already");
  used_.insert(address);
  return address;
}

std::optional<Ip> Pool::find_elsewhere(const std::string& instance, const std::optional<Ip>& block) const {
  if (const auto home = homes_.find(instance); home != homes_.end() && is_free(home->second))
    return home->second;
  // From the end of its block, where it is in nobody's way.
  for (std::uint64_t offset = block_size() - 1; block && offset > 0; --offset)
    if (const Ip address = block->plus(offset); is_free(address)) return address;
  if (const auto nobodys = first_free_outside(all_homes())) return nobodys;
  return first_free_outside({});
}

Ip Pool::allocate(const std::string& service, int number, std::optional<Ip> fixed) {
  if (fixed) return allocate_fixed(*fixed);
  const std::optional<Ip> block = block_of(service);
  if (block) {
    const Ip wanted = block->plus(static_cast<std::uint64_t>(number));
    if (block_around(wanted) == block_around(*block) && is_free(wanted)) {
      used_.insert(wanted);
      return wanted;
    }
  }
  const std::string instance = service + " " + std::to_string(number);
  const auto found = find_elsewhere(instance, block);
  if (!found) throw std::runtime_error("no address is left in the network's subnet " + area().text());
  used_.insert(*found);
  return homes_[instance] = *found;
}

}  // namespace orchestrator::network
