#include "orchestrator/network/project_network.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

#include "orchestrator/network/constants.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/netlink/nftables.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

netlink::Socket socket_inside(int network_namespace, int protocol) {
  std::optional<netlink::Socket> socket;
  netlink::inside_network(network_namespace, [&] { socket.emplace(protocol); });
  return std::move(*socket);
}

/// A new namespace inherits the host's "all" and "default" values, so every one we rely on is written.
void set_sysctl(const std::string& name, const std::string& value) {
  const std::string path = "/proc/sys/net/" + name;
  if (sys::exists(path)) sys::write_control(path, value);
}

/// IPv6 is left to the loopback interface: networks have IPv4 addresses only, and link-local ones would make
/// programs ask for AAAA records and cost every interface its multicast groups.
void keep_ipv6_on_loopback() { set_sysctl("ipv6/conf/default/disable_ipv6", "1"); }

/// Follows from the address, so that a recreated container, which has the address of the one before, is found
/// at once: nobody has to forget another MAC address. The first byte says "locally administered".
std::string mac_of(std::uint32_t address) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:42:%02x:%02x:%02x:%02x", address >> 24, (address >> 16) & 255,
                (address >> 8) & 255, address & 255);
  return text.data();
}

/// Interface names have 15 characters; inside the project's own namespace any unique ones do.
std::string bridge_name(const std::string& network) {
  std::uint32_t hash = 2166136261U;  // FNV-1a: the same network has the same bridge for every supervisor
  for (const char letter : network) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
  std::string name = "br-";
  for (int shift = 28; shift >= 0; shift -= 4) name += "0123456789abcdef"[(hash >> shift) & 15];
  return name;
}

/// Never used before in this namespace, also not by an earlier supervisor: links of ended containers linger
/// for some milliseconds.
std::string fresh_link_name() {
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::microseconds(1);
  static std::uint64_t last = 0;
  last = std::max(last + 1, static_cast<std::uint64_t>(ticks));
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "v%llx", static_cast<unsigned long long>(last & 0xfffffffffffff));
  return name.data();
}

sys::unique_fd bind_resolver(int type, std::uint16_t port) {
  sys::unique_fd socket(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) sys::throw_errno("open a resolver socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, std::string(kDnsAddress).c_str(), &address.sin_addr);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    sys::throw_errno("bind a resolver socket");
  return socket;
}

std::uint16_t port_of(const sys::unique_fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    sys::throw_errno("ask for the port of a resolver socket");
  return ntohs(address.sin_port);
}

}  // namespace

ProjectNetwork::ProjectNetwork()
    : namespace_(netlink::new_network_namespace()), routes_(socket_inside(namespace_.get(), NETLINK_ROUTE)) {
  prepare_namespace();
}

ProjectNetwork::ProjectNetwork(sys::unique_fd network_namespace)
    : namespace_(std::move(network_namespace)), routes_(socket_inside(namespace_.get(), NETLINK_ROUTE)) {}

void ProjectNetwork::prepare_namespace() {
  netlink::inside_network(namespace_.get(), [] {
    set_sysctl("ipv4/ip_forward", "0");  // keeps the networks apart
    set_sysctl("ipv6/conf/all/forwarding", "0");
    keep_ipv6_on_loopback();
    // With br_netfilter the socket that TPROXY has chosen would be lost again.
    set_sysctl("bridge/bridge-nf-call-iptables", "0");
    set_sysctl("bridge/bridge-nf-call-ip6tables", "0");
    set_sysctl("ipv4/ip_nonlocal_bind", "1");
    set_sysctl("ipv4/conf/all/rp_filter", "0");
    set_sysctl("ipv4/conf/default/rp_filter", "0");
  });
  const int loopback = netlink::index_of(routes_, "lo");
  routes_.transact(netlink::set_up(loopback));
  routes_.transact(netlink::add_local_route(loopback, kTransparentTable, AF_INET));
  routes_.transact(netlink::add_mark_rule(kTransparentMark, kTransparentTable, AF_INET));
}

void ProjectNetwork::ensure(const std::vector<BridgeNetwork>& networks) {
  for (const BridgeNetwork& network : networks) {
    if (bridges_.contains(network.name)) continue;
    Bridge bridge{.network = network, .link = bridge_name(network.name)};
    try {
      routes_.transact(netlink::add_bridge(bridge.link, mac_of(network.gateway)));
      bridge.index = netlink::index_of(routes_, bridge.link);
      const std::string address = address_text(network.gateway) + "/" + std::to_string(network.subnet.length);
      routes_.transact(netlink::add_address(bridge.index, address));
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != EEXIST) throw;
      bridge.index = netlink::index_of(routes_, bridge.link);
    }
    bridges_.emplace(network.name, bridge);
  }
  netlink::TransparentRules rules{.mark = kTransparentMark, .port = kOutboundPort};
  for (const auto& [name, bridge] : bridges_)
    rules.bridges.push_back({.link = bridge.link,
                             .subnet = to_string(bridge.network.subnet),
                             .gateway = address_text(bridge.network.gateway),
                             .outbound = !bridge.network.internal});
  netlink::Socket tables = socket_inside(namespace_.get(), NETLINK_NETFILTER);
  netlink::set_transparent_rules(tables, rules);
}

std::optional<Prefix> ProjectNetwork::subnet_of(const std::string& network) {
  try {
    const std::vector<std::string> addresses =
        netlink::addresses_of(routes_, netlink::index_of(routes_, bridge_name(network)));
    if (!addresses.empty()) return parse_prefix(addresses.front());
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != ENODEV) throw;
  }
  return std::nullopt;
}

void ProjectNetwork::attach(int container_namespace, const std::vector<Interface>& interfaces) {
  std::vector<netlink::Message> pairs;
  std::vector<std::string> links;
  for (const Interface& one : interfaces) {
    const Bridge& bridge = bridges_.at(one.network);
    links.push_back(fresh_link_name());
    pairs.push_back(netlink::add_veth({.name = links.back(),
                                       .bridge = bridge.index,
                                       .peer_name = one.name,
                                       .peer_namespace = container_namespace,
                                       .peer_mac = one.mac.empty() ? mac_of(one.address) : one.mac,
                                       .mtu = bridge.network.mtu}));
  }
  std::optional<netlink::Socket> inside;
  netlink::inside_network(container_namespace, [&] {
    keep_ipv6_on_loopback();
    inside.emplace(NETLINK_ROUTE);
  });
  routes_.transact(std::move(pairs));
  for (const Interface& one : interfaces) set_up_inside(*inside, one);
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    netlink::settle(routes_, links[i]);
    netlink::settle(routes_, bridges_.at(interfaces[i].network).link);
  }
}

void ProjectNetwork::set_up_inside(netlink::Socket& inside, const Interface& one) const {
  const BridgeNetwork& network = bridges_.at(one.network).network;
  const int index = netlink::index_of(inside, one.name);
  std::vector<netlink::Message> settings;
  settings.push_back(
      netlink::add_address(index, address_text(one.address) + "/" + std::to_string(network.subnet.length)));
  settings.push_back(netlink::set_up(index));
  if (one.default_route) settings.push_back(netlink::add_default_route(index, address_text(network.gateway)));
  inside.transact(std::move(settings));
}

ResolverSockets ProjectNetwork::open_resolver(int container_namespace) {
  ResolverSockets sockets;
  netlink::inside_network(container_namespace, [&] {
    sockets.udp = bind_resolver(SOCK_DGRAM, 0);
    sockets.tcp = bind_resolver(SOCK_STREAM, port_of(sockets.udp));
    if (::listen(sockets.tcp.get(), 16) != 0) sys::throw_errno("listen on a resolver socket");
    netlink::Socket tables(NETLINK_NETFILTER);
    netlink::redirect_dns(tables, std::string(kDnsAddress), port_of(sockets.udp), port_of(sockets.tcp));
  });
  return sockets;
}

}  // namespace orchestrator::network
