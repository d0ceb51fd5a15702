#include "orchestrator/network/address_plan.hpp"

#include <algorithm>
#include <stdexcept>

namespace orchestrator::network {
namespace {

Ip parsed(const std::string& text, const char* what) {
  if (const auto ip = Ip::parse(text)) return *ip;
  throw std::invalid_argument("\"" + text + "\" is not " + what);
}

Subnet subnet_of(const project::IpamPool& wanted) {
  const auto prefix = Prefix::parse(wanted.subnet);
  if (!prefix) throw std::invalid_argument("\"" + wanted.subnet + "\" is not a subnet");
  Subnet subnet{.prefix = *prefix, .gateway = default_gateway(*prefix)};
  if (!wanted.gateway.empty()) subnet.gateway = parsed(wanted.gateway, "an address of a gateway");
  if (!wanted.ip_range.empty()) subnet.range = Prefix::parse(wanted.ip_range);
  for (const auto& [name, address] : wanted.aux_addresses)
    subnet.reserved.push_back(parsed(address, "an auxiliary address"));
  return subnet;
}

bool has_family(const std::vector<Subnet>& subnets, int family) {
  return std::any_of(subnets.begin(), subnets.end(),
                     [&](const Subnet& subnet) { return subnet.prefix.ip.family == family; });
}

Subnet with_default_gateway(const Prefix& prefix) {
  return {.prefix = prefix, .gateway = default_gateway(prefix)};
}

}  // namespace

std::vector<Ip> AddressPair::all() const {
  std::vector<Ip> list;
  if (ipv4) list.push_back(*ipv4);
  if (ipv6) list.push_back(*ipv6);
  return list;
}

AddressPair address_pair(const std::string& ipv4, const std::string& ipv6) {
  AddressPair pair;
  if (!ipv4.empty()) pair.ipv4 = parsed(ipv4, "an IPv4 address");
  if (!ipv6.empty()) pair.ipv6 = parsed(ipv6, "an IPv6 address");
  return pair;
}

std::vector<Subnet> subnets_for(const project::Network& network, const std::vector<Prefix>& taken) {
  const bool ipv4 = network.enable_ipv4.value_or(true);
  const bool ipv6 = network.enable_ipv6.value_or(false);
  std::vector<Subnet> subnets;
  for (const project::IpamPool& pool : network.ipam) {
    if (pool.subnet.empty()) continue;
    Subnet subnet = subnet_of(pool);
    const bool wanted = subnet.prefix.ip.family == AF_INET ? ipv4 : ipv6;
    if (wanted && !has_family(subnets, subnet.prefix.ip.family)) subnets.push_back(std::move(subnet));
  }
  if (ipv4 && !has_family(subnets, AF_INET)) subnets.push_back(with_default_gateway(choose_subnet(taken)));
  if (ipv6 && !has_family(subnets, AF_INET6))
    subnets.push_back(with_default_gateway(choose_local_subnet(network.name)));
  return subnets;
}

bool fits(const project::Network& network, const std::vector<Subnet>& subnets) {
  const std::vector<Subnet> wanted = subnets_for(network, {});
  if (wanted.size() != subnets.size()) return false;
  return std::all_of(wanted.begin(), wanted.end(), [&](const Subnet& one) {
    const int family = one.prefix.ip.family;
    const bool is_given = std::any_of(network.ipam.begin(), network.ipam.end(), [&](const auto& pool) {
      return !pool.subnet.empty() && subnet_of(pool).prefix.ip.family == family;
    });
    return is_given ? std::find(subnets.begin(), subnets.end(), one) != subnets.end()
                    : has_family(subnets, family);
  });
}

NetworkAddresses::NetworkAddresses(const std::vector<Subnet>& subnets) {
  for (const Subnet& subnet : subnets) pools_.emplace_back(subnet);
}

std::vector<Subnet> NetworkAddresses::subnets() const {
  std::vector<Subnet> subnets;
  for (const Pool& pool : pools_) subnets.push_back(pool.subnet());
  return subnets;
}

void NetworkAddresses::each(const AddressPair& addresses, void (Pool::*action)(const Ip&)) {
  for (const Ip& address : addresses.all())
    for (Pool& pool : pools_)
      if (pool.subnet().prefix.contains(address)) (pool.*action)(address);
}

void NetworkAddresses::plan_blocks(const std::vector<std::string>& services) {
  for (Pool& pool : pools_) pool.plan_blocks(services);
}

AddressPair NetworkAddresses::allocate(const std::string& service, int number, const AddressPair& fixed) {
  AddressPair result;
  for (Pool& pool : pools_) {
    const bool ipv4 = pool.subnet().prefix.ip.family == AF_INET;
    (ipv4 ? result.ipv4 : result.ipv6) = pool.allocate(service, number, ipv4 ? fixed.ipv4 : fixed.ipv6);
  }
  return result;
}

NetworkAddresses* AddressPlan::find(const std::string& network) {
  const auto found = networks_.find(network);
  return found == networks_.end() ? nullptr : &found->second;
}

NetworkAddresses& AddressPlan::add(const project::Network& network, std::vector<Prefix> taken) {
  for (const auto& [name, addresses] : networks_)
    for (const Subnet& subnet : addresses.subnets()) taken.push_back(subnet.prefix);
  return networks_[network.name] = NetworkAddresses(subnets_for(network, taken));
}

void AddressPlan::expect(const project::Project& project, const std::string& network_key) {
  const auto network = project.networks.find(network_key);
  NetworkAddresses* addresses = network == project.networks.end() ? nullptr : find(network->second.name);
  if (addresses == nullptr) return;
  std::vector<std::string> services;
  for (const auto& [name, service] : project.services) {
    const auto attachment = service.networks.find(network_key);
    if (attachment == service.networks.end()) continue;
    const AddressPair fixed = address_pair(attachment->second.ipv4_address, attachment->second.ipv6_address);
    addresses->keep(fixed);
    if (fixed.empty()) services.push_back(name);
  }
  addresses->plan_blocks(services);
}

}  // namespace orchestrator::network
