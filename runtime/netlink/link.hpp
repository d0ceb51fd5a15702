// Links, addresses, routes and rules: rtnetlink(7) requests as values. IPv4 and IPv6 by the text of the
// address.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/netlink/message.hpp"
#include "runtime/netlink/socket.hpp"

namespace runtime::netlink {

/// A bridge, up, without spanning tree (which would hold traffic back for 30 s) and multicast snooping.
/// Without a MAC address of its own it takes the lowest one of its ports, and what its neighbours remember
/// becomes wrong whenever a port comes or goes. `mtu` 0: the kernel's default. Throws std::invalid_argument
/// for a bad MAC address.
Message add_bridge(const std::string& name, const std::string& mac, int mtu = 0);

struct Veth {
  std::string name{};       ///< of the end in the socket's namespace
  int bridge = 0;           ///< index of its master; 0: none
  std::string peer_name{};  ///< "eth0"
  int peer_namespace = -1;  ///< descriptor; the peer is made there at once: moving it costs 20 ms
  std::string peer_mac{};   ///< "02:42:0a:00:00:02"; empty: the kernel's choice
  int mtu = 0;              ///< 0: the kernel's default
};
/// Both ends in one message, this one enslaved and up. Throws std::invalid_argument for a bad MAC address.
Message add_veth(const Veth& veth);

/// What a port of a bridge is besides: `isolated` ones reach the bridge itself, but no other isolated port;
/// `alias` is a note for people and for who looks through the links of a namespace. For an existing link.
Message describe_port(const std::string& name, bool isolated, const std::string& alias);

/// A port that nobody's frames are sent to any more, at once; what its bridge has learnt of it is forgotten.
/// Its state would not do: without STP the kernel sets it back, the next time that it looks at the link.
Message close_port(const std::string& name);

Message set_up(int index);
/// `mtu` 0: the kernel's default for Ethernet.
Message set_mtu(int index, int mtu);
/// Of a veth the other end goes as well. Takes some 20 ms: where a namespace ends, its links go by
/// themselves.
Message delete_link(int index);
/// `address` with prefix length, "10.0.0.2/16"; duplicate address detection is off. Throws
/// std::invalid_argument.
Message add_address(int index, const std::string& address);
/// The default route; the family is the gateway's.
Message add_default_route(int index, const std::string& gateway);
/// Everything that `table` is asked for is delivered here: what transparent sockets need.
Message add_local_route(int loopback_index, std::uint32_t table, int family);
Message add_mark_rule(std::uint32_t mark, std::uint32_t table, int family);

/// if_nametoindex(3) in the socket's namespace. Throws std::system_error (ENODEV).
int index_of(Socket& socket, const std::string& name);

/// A link whose other end has just come up drops what it is given until the kernel's link watch has run, some
/// milliseconds later; a lost first packet costs a second. This makes it run now. Throws std::system_error.
void settle(const Socket& socket, const std::string& name);

/// Prefixes of IPv4 and IPv6 that the main routes of the socket's namespace lead to, "10.0.0.0/8", but for
/// the default routes.
std::vector<std::string> routed_prefixes(Socket& socket);
bool has_default_route(Socket& socket, int family);
/// Indices of the interfaces by which the namespace sends to others.
std::set<int> routed_links(Socket& socket, int family);

/// Addresses of this namespace's interfaces, without prefix lengths.
std::vector<std::string> local_addresses(Socket& socket);

/// By name the aliases of the links that have one.
std::map<std::string, std::string> link_aliases(Socket& socket);

}  // namespace runtime::netlink
