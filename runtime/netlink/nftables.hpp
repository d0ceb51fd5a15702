// The few nf_tables rules we need, as our own netlink messages: one atomic batch, no library (libnftables is
// GPL-2), no program to run for every container. See include/uapi/linux/netfilter/nf_tables.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/netlink/socket.hpp"
#include "runtime/netlink/uplink_rules.hpp"

namespace runtime::netlink {

/// In a container: what goes to `address`:53 over UDP and TCP is led to these ports of the same address.
/// Replaces earlier rules of ours. `socket` is a NETLINK_NETFILTER one of the container's namespace. Throws
/// std::system_error.
void redirect_dns(Socket& socket, const std::string& address, std::uint16_t udp_port, std::uint16_t tcp_port);

/// A bridge of the project's namespace, as the rules see it.
struct BridgeRules {
  std::string link{};
  std::vector<std::string> subnets{};   ///< "10.0.0.0/16", "fd00:1::/64": not outside
  std::vector<std::string> gateways{};  ///< the bridge's own addresses, which mean the host to its containers
  bool outbound = false;                ///< with a way out
};
struct TransparentRules {
  std::uint32_t mark = 0;  ///< set on packets of transparent sockets
  std::uint16_t port = 0;  ///< where connections to the outside are handed to; closed to direct connections
  std::vector<std::string> hosts{};  ///< "169.254.1.2": foreign addresses that mean the host
  std::vector<BridgeRules> bridges{};
  ProjectSide uplink{};  ///< what it carries is not handed over
};
/// In a project's namespace: replaces the whole table, so it may be called again with other bridges. IPv4 and
/// IPv6.
void set_transparent_rules(Socket& socket, const TransparentRules& rules);

}  // namespace runtime::netlink
