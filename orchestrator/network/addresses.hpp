// Decides only: subnets for networks, addresses for instances. The same stack gets the same addresses again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::network {

/// An IPv4 network, "10.99.0.0/16".
struct Prefix {
  std::uint32_t base = 0;  ///< host byte order
  int length = 0;

  [[nodiscard]] bool contains(std::uint32_t address) const;
  [[nodiscard]] bool overlaps(const Prefix& other) const;
  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{1} << (32 - length); }
  friend bool operator==(const Prefix&, const Prefix&) = default;
};
/// Throw std::invalid_argument: "\"10.0.0\" is not an IPv4 subnet".
Prefix parse_prefix(std::string_view text);
std::uint32_t parse_address(std::string_view text);
std::string to_string(const Prefix& prefix);
std::string address_text(std::uint32_t address);
/// A locally administered MAC address made of the IPv4 address: a recreated instance keeps both, so its neighbours'
/// caches stay right.
std::string mac_for(std::uint32_t address);

/// A subnet that overlaps none of `taken`: the first free one of 10.89.0.0/16, 10.90.0.0/16, …,
/// 172.16.0.0/16, …. Throws std::runtime_error where there is none.
Prefix choose_subnet(const std::vector<Prefix>& taken);

/// One network's addresses. Every service gets an aligned block of its own and its instances follow each
/// other in it: getaddrinfo(3) sorts by common prefix (RFC 6724, rule 9), so only then do all replicas get
/// their share, and an address once used is not given to another service as long as others are free.
class Pool {
 public:
  /// `gateway` 0: the first address. Throws std::invalid_argument where the gateway is outside of the subnet.
  Pool(const Prefix& subnet, std::uint32_t gateway);

  [[nodiscard]] const Prefix& subnet() const { return subnet_; }
  [[nodiscard]] std::uint32_t gateway() const { return gateway_; }
  /// An address that is in use already, of another instance or of the user.
  void reserve(const std::string& service, std::uint32_t address);
  void release(std::uint32_t address) { used_.erase(address); }
  /// The address of instance `number` (from 1) of the service; `fixed` is the user's wish. Throws
  /// std::runtime_error where it is outside of the subnet or in use, or nothing is left.
  std::uint32_t allocate(const std::string& service, int number, std::optional<std::uint32_t> fixed = {});

 private:
  [[nodiscard]] bool is_free(std::uint32_t address) const;
  [[nodiscard]] std::uint32_t block_of(const std::string& service);

  Prefix subnet_;
  std::uint32_t gateway_;
  int block_length_;  ///< prefix length of a service's block
  std::map<std::string, std::uint32_t> blocks_{};
  std::set<std::uint32_t> used_{};
};

}  // namespace orchestrator::network
