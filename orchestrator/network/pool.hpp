// Decides only: the addresses of one network and family. The same stack gets the same addresses again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/network/ip.hpp"

namespace orchestrator::network {

/// What a network's addresses of one family are.
struct Subnet {
  Prefix prefix{};
  Ip gateway{};                   ///< the bridge's own
  std::optional<Prefix> range{};  ///< addresses nobody has asked for come from here only
  std::vector<Ip> reserved{};     ///< `aux_addresses`: somebody else's
  friend bool operator==(const Subnet&, const Subnet&) = default;
};

/// Subnets that overlap none of `taken`: the first free one of 10.89.0.0/16, 10.90.0.0/16, …, 172.16.0.0/16,
/// …, 192.168.0.0/20, …. Throws std::runtime_error where there is none.
Prefix choose_subnet(const std::vector<Prefix>& taken);
/// A unique local IPv6 subnet (RFC 4193) whose 56 bits follow from the network's name, so that a network made
/// again has the same.
Prefix choose_local_subnet(const std::string& network);
/// The first address, as engines choose it.
Ip default_gateway(const Prefix& prefix);

/// A locally administered MAC address that follows from the address: a recreated instance keeps both, so its
/// neighbours' caches stay right.
std::string mac_for(const Ip& address);

/// One network's addresses of one family. Every service gets an aligned block of its own and its instances
/// follow each other in it: getaddrinfo(3) sorts by common prefix (RFC 6724, rule 9), so only then do all
/// replicas get their share, and an address once used is not given to another service as long as others are
/// free.
class Pool {
 public:
  explicit Pool(Subnet subnet);

  [[nodiscard]] const Subnet& subnet() const { return subnet_; }
  /// Somebody has asked for it in the stack file, so nobody else gets it unasked.
  void keep(const Ip& address) { kept_.insert(address); }
  /// In use already.
  void reserve(const Ip& address) { used_.insert(address); }
  void release(const Ip& address) { used_.erase(address); }
  /// What has been given out so far, to be remembered: "web" has a block that begins there, "web 3" is an
  /// instance outside of blocks.
  [[nodiscard]] const std::map<std::string, Ip>& homes() const { return homes_; }
  void give_home(const std::string& name, const Ip& address) { homes_[name] = address; }

  /// Blocks for services in this order; those that have one keep it.
  void plan_blocks(const std::vector<std::string>& services);
  /// The address of instance `number` (from 1) of the service; `fixed` is the user's wish. Throws
  /// std::runtime_error where it is outside of the subnet or in use, or nothing is left.
  Ip allocate(const std::string& service, int number, std::optional<Ip> fixed = {});

 private:
  [[nodiscard]] const Prefix& area() const { return subnet_.range ? *subnet_.range : subnet_.prefix; }
  [[nodiscard]] bool is_usable(const Ip& address) const;
  [[nodiscard]] bool is_free(const Ip& address) const;
  [[nodiscard]] std::uint64_t block_size() const { return std::uint64_t{1} << block_bits_; }
  [[nodiscard]] Prefix block_around(const Ip& address) const;
  [[nodiscard]] std::optional<Ip> block_of(const std::string& service);
  /// Blocks, and instances outside of blocks as prefixes of one address.
  [[nodiscard]] std::set<Prefix> all_homes() const;
  [[nodiscard]] std::optional<Ip> first_free_outside(const std::set<Prefix>& spared) const;
  Ip allocate_fixed(const Ip& address);
  [[nodiscard]] std::optional<Ip> find_elsewhere(const std::string& instance,
                                                 const std::optional<Ip>& block) const;

  Subnet subnet_;
  int block_bits_;  ///< a service's block has 2^block_bits_ addresses; 0: there are no blocks
  std::map<std::string, Ip> homes_{};
  std::set<Ip> used_{};
  std::set<Ip> kept_{};
};

}  // namespace orchestrator::network
