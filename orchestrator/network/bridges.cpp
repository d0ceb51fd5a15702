#include "orchestrator/network/bridges.hpp"

#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include "orchestrator/network/inside.hpp"
#include "orchestrator/network/options.hpp"
#include "orchestrator/project/hash.hpp"
#include "runtime/netlink/address_news.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

/// Interface names have 15 characters; inside a namespace of ours any unique ones do.
std::string bridge_name(const BridgeNetwork& network) {
  if (!network.bridge.empty()) return network.bridge;
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "br-%08x", static_cast<unsigned>(project::hash_of(network.name)));
  return name.data();
}

std::vector<std::string> ipv6_gateways(const BridgeNetwork& network) {
  std::vector<std::string> list;
  for (const Subnet& subnet : network.subnets)
    if (subnet.gateway.family == AF_INET6) list.push_back(subnet.gateway.text());
  return list;
}

/// The bridge's own address in the subnet.
netlink::Message gateway_of(const Subnet& subnet, int bridge) {
  return netlink::add_address(bridge, subnet.gateway.text() + "/" + std::to_string(subnet.prefix.length));
}

}  // namespace

std::string fresh_link_name(const std::string& prefix) {
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::microseconds(1);
  static std::uint64_t last = 0;
  last = std::max(last + 1, static_cast<std::uint64_t>(ticks));
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "%s%llx", prefix.c_str(),
                static_cast<unsigned long long>(last & 0xffffffffffff));
  return name.data();
}

BridgeNetwork bridge_network(const project::Network& network, std::vector<Subnet> subnets) {
  const BridgeOptions options = options_of(network.driver_opts);
  return {.name = network.name,
          .subnets = std::move(subnets),
          .internal = network.internal,
          .isolated = !options.between_containers,
          .mtu = options.mtu,
          .bridge = options.bridge};
}

Bridges::Bridges() : Bridges(netlink::new_network_namespace()) {}

Bridges::Bridges(sys::unique_fd network_namespace)
    : namespace_(std::move(network_namespace)), routes_(socket_inside(namespace_.get(), NETLINK_ROUTE)) {}

bool Bridges::ensure(const BridgeNetwork& network) {
  if (const auto known = bridges_.find(network.name); known != bridges_.end()) {
    change(known->second, network);
    return false;
  }
  bool made = true;
  Bridge bridge{.network = network, .link = bridge_name(network)};
  try {
    const Ip first = network.subnets.front().gateway;
    routes_.transact(netlink::add_bridge(bridge.link, mac_for(first), network.mtu));
    bridge.index = netlink::index_of(routes_, bridge.link);
    netlink::inside_network(namespace_.get(), [&] {
      if (!ipv6_gateways(network).empty()) enable_ipv6_on(bridge.link);
      const netlink::AddressNews news;
      set_addresses(bridge);
      news.wait_for(ipv6_gateways(network), kUntilAddressesAreUsed);
    });
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != EEXIST) throw;
    made = false;
    bridge.index = netlink::index_of(routes_, bridge.link);
  }
  bridges_.emplace(network.name, bridge);
  return made;
}

void Bridges::change(Bridge& bridge, const BridgeNetwork& network) {
  const BridgeNetwork before = std::exchange(bridge.network, network);
  if (before.mtu != network.mtu) routes_.transact(netlink::set_mtu(bridge.index, network.mtu));
  if (before.subnets == network.subnets) return;
  netlink::inside_network(namespace_.get(), [&] {
    if (!ipv6_gateways(network).empty()) enable_ipv6_on(bridge.link);
  });
  // Addresses of before stay for whoever is still there.
  for (const Subnet& subnet : network.subnets) {
    try {
      routes_.transact(gateway_of(subnet, bridge.index));
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != EEXIST) throw;
    }
  }
}

void Bridges::set_addresses(const Bridge& bridge) {
  std::vector<netlink::Message> addresses;
  for (const Subnet& subnet : bridge.network.subnets) addresses.push_back(gateway_of(subnet, bridge.index));
  routes_.transact(std::move(addresses));
}

void Bridges::hand_addresses_to(const std::string& link, const Interface& interface) {
  for (const InterfaceAddress& address : interface.addresses) {
    const std::string before = std::exchange(owners_[{interface.network, address.ip.text()}], link);
    if (before.empty()) continue;
    try {
      routes_.transact(netlink::close_port(before));
    } catch (const std::system_error& error) {
      // Gone, or about to be.
      if (sys::errno_of(error) != ENODEV && sys::errno_of(error) != ENETDOWN) throw;
    }
  }
}

void Bridges::plug(int container_namespace, const std::vector<Interface>& interfaces) {
  std::vector<netlink::Message> messages;
  std::vector<std::string> made;
  for (const Interface& one : interfaces) {
    const Bridge& bridge = bridges_.at(one.network);
    const std::string link = fresh_link_name("v");
    hand_addresses_to(link, one);
    const std::string mac = one.addresses.empty() ? "" : mac_for(one.addresses.front().ip);
    messages.push_back(netlink::add_veth({.name = link,
                                          .bridge = bridge.index,
                                          .peer_name = one.name,
                                          .peer_namespace = container_namespace,
                                          .peer_mac = one.mac.empty() ? mac : one.mac,
                                          .mtu = bridge.network.mtu}));
    if (bridge.network.isolated || !one.alias.empty())
      messages.push_back(netlink::describe_port(link, bridge.network.isolated, one.alias));
    made.insert(made.end(), {link, bridge.link});
  }
  routes_.transact(std::move(messages));
  // Links of an attempt that came no further are gone with its container.
  unsettled_ = std::move(made);
}

void Bridges::settle() {
  for (const std::string& link : std::exchange(unsettled_, {})) netlink::settle(routes_, link);
}

void attach(int container_namespace, const std::vector<Plug>& plugs) {
  std::map<Bridges*, std::vector<Interface>> by_namespace;
  std::vector<Interface> interfaces;
  for (const Plug& plug : plugs) {
    by_namespace[plug.bridges].push_back(plug.interface);
    interfaces.push_back(plug.interface);
  }
  prepare_container(container_namespace, interfaces);
  for (const auto& [bridges, some] : by_namespace) bridges->plug(container_namespace, some);
  configure_container(container_namespace, interfaces);
  for (const auto& [bridges, some] : by_namespace) bridges->settle();
}

}  // namespace orchestrator::network
