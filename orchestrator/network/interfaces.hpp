// From a membership to a container's interface. Pure.
#pragma once

#include <map>
#include <string>

#include "orchestrator/network/bridges.hpp"
#include "orchestrator/network/snapshot.hpp"

namespace orchestrator::network {

/// `addresses` are the member's in the network of these subnets. Containers have a default route of IPv6 only
/// where the host has one (`ipv6_routed`): programs try IPv6 first and would wait for nothing.
Interface interface_of(const Membership& membership, const AddressPair& addresses,
                       const std::vector<Subnet>& subnets, bool ipv6_routed);

/// Subnets of two projects may be the same; in one container they may not. Throws std::runtime_error.
void check_overlap(const Seat& seat, const std::map<std::string, KnownNetwork>& networks);

}  // namespace orchestrator::network
