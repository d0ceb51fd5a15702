// Which subnets the networks have and which addresses their members. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/network/pool.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::network {

/// The addresses of one interface, one for each family the network has.
struct AddressPair {
  std::optional<Ip> ipv4{};
  std::optional<Ip> ipv6{};
  [[nodiscard]] std::vector<Ip> all() const;
  [[nodiscard]] bool empty() const { return !ipv4 && !ipv6; }
  friend bool operator==(const AddressPair&, const AddressPair&) = default;
};
/// From text, "" is none. Throws std::invalid_argument.
AddressPair address_pair(const std::string& ipv4, const std::string& ipv6);

/// The subnets a network wants by its `ipam`, or gets: beside `taken`. Throws std::invalid_argument where
/// they make no sense, std::runtime_error where nothing is left.
std::vector<Subnet> subnets_for(const project::Network& network, const std::vector<Prefix>& taken);

/// These subnets are what the network asks for; where it asks for none, those that were chosen for it stay.
bool fits(const project::Network& network, const std::vector<Subnet>& subnets);

/// The addresses of one network, of both families.
class NetworkAddresses {
 public:
  NetworkAddresses() = default;
  explicit NetworkAddresses(const std::vector<Subnet>& subnets);

  [[nodiscard]] std::vector<Subnet> subnets() const;
  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }
  [[nodiscard]] std::vector<Pool>& pools() { return pools_; }
  void keep(const AddressPair& addresses) { each(addresses, &Pool::keep); }
  void reserve(const AddressPair& addresses) { each(addresses, &Pool::reserve); }
  void release(const AddressPair& addresses) { each(addresses, &Pool::release); }
  void plan_blocks(const std::vector<std::string>& services);
  /// `fixed` are wishes. Throws std::runtime_error as Pool::allocate does.
  AddressPair allocate(const std::string& service, int number, const AddressPair& fixed);

 private:
  void each(const AddressPair& addresses, void (Pool::*action)(const Ip&));

  std::vector<Pool> pools_{};  ///< at most one of each family
};

/// The addresses of a project's networks. It is written down (address_plan_json.cpp), so that they stay the
/// same for a later supervisor also where no instance lives that could tell.
class AddressPlan {
 public:
  /// The network's addresses; nothing where it has not been added yet.
  NetworkAddresses* find(const std::string& network);
  /// Chooses subnets beside those of the plan and `taken`, which are the host's.
  NetworkAddresses& add(const project::Network& network, std::vector<Prefix> taken);
  /// Keeps the addresses that services ask for from the others, and gives blocks in the order of their names.
  void expect(const project::Project& project, const std::string& network_key);

  [[nodiscard]] const std::map<std::string, NetworkAddresses>& networks() const { return networks_; }
  [[nodiscard]] std::map<std::string, NetworkAddresses>& networks() { return networks_; }
  void clear() { networks_.clear(); }

 private:
  std::map<std::string, NetworkAddresses> networks_{};  ///< by full name
};

std::string to_json(const AddressPlan& plan);
/// What is not understood is no plan: everything is chosen again.
AddressPlan address_plan_from_json(std::string_view text);

}  // namespace orchestrator::network
