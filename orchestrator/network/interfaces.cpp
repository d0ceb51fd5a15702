#include "orchestrator/network/interfaces.hpp"

#include <stdexcept>

#include "orchestrator/network/options.hpp"

namespace orchestrator::network {

Interface interface_of(const Membership& membership, const AddressPair& addresses,
                       const std::vector<Subnet>& subnets, bool ipv6_routed) {
  constexpr int kLinkLocalIpv4 = 16;
  constexpr int kLinkLocalIpv6 = 64;
  Interface link{.network = membership.network.name,
                 .name = membership.interface,
                 .mac = membership.mac,
                 .sysctls = interface_sysctls(membership.wanted.driver_opts, membership.interface)
                                .value_or(project::StringMap{})};
  for (const Ip& ip : addresses.all())
    for (const Subnet& subnet : subnets)
      if (subnet.prefix.contains(ip)) link.addresses.push_back({.ip = ip, .length = subnet.prefix.length});
  for (const Ip& ip : parse_ips(membership.wanted.link_local_ips))
    link.addresses.push_back({.ip = ip, .length = ip.family == AF_INET ? kLinkLocalIpv4 : kLinkLocalIpv6});
  for (const Subnet& subnet : subnets) {
    const bool leads_out =
        subnet.prefix.ip.family == AF_INET ? membership.default_ipv4 : membership.default_ipv6 && ipv6_routed;
    if (leads_out) link.gateways.push_back(subnet.gateway);
  }
  return link;
}

void check_overlap(const Seat& seat, const std::map<std::string, KnownNetwork>& networks) {
  for (const Membership& one : seat.memberships)
    for (const Membership& other : seat.memberships) {
      if (one.network.name >= other.network.name) continue;
      for (const Subnet& a : networks.at(one.network.name).subnets)
        for (const Subnet& b : networks.at(other.network.name).subnets)
          if (a.prefix.overlaps(b.prefix))
            throw std::runtime_error("networks " + one.network.name + " (" + a.prefix.text() + ") and " +
                                     other.network.name + " (" + b.prefix.text() + ") overlap");
    }
}

}  // namespace orchestrator::network
