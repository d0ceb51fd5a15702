#include "orchestrator/network/project_network.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <system_error>
#include <utility>

#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/inside.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/netlink/nftables.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

netlink::BridgeRules rules_of(const Bridges::Bridge& bridge) {
  netlink::BridgeRules rules{.link = bridge.link, .outbound = !bridge.network.internal};
  for (const Subnet& subnet : bridge.network.subnets) {
    rules.subnets.push_back(subnet.prefix.text());
    rules.gateways.push_back(subnet.gateway.text());
  }
  return rules;
}

}  // namespace

ProjectNetwork::ProjectNetwork() { prepare_namespace(); }

ProjectNetwork::ProjectNetwork(sys::unique_fd network_namespace) : bridges_(std::move(network_namespace)) {}

void ProjectNetwork::prepare_namespace() {
  netlink::inside_network(fd(), [] {
    set_sysctl("ipv4/ip_forward", "0");  // keeps the networks apart
    set_sysctl("ipv6/conf/all/forwarding", "0");
    keep_ipv6_on_loopback();
    // With br_netfilter the socket that TPROXY has chosen would be lost again.
    set_sysctl("bridge/bridge-nf-call-iptables", "0");
    set_sysctl("bridge/bridge-nf-call-ip6tables", "0");
    set_sysctl("ipv4/icmp_echo_ignore_all", "1");  // the gateway asks who is really meant
    set_sysctl("ipv4/ip_nonlocal_bind", "1");
    set_sysctl("ipv6/ip_nonlocal_bind", "1");
    set_sysctl("ipv4/conf/all/rp_filter", "0");
    set_sysctl("ipv4/conf/default/rp_filter", "0");
  });
  netlink::Socket& routes = bridges_.routes();
  const int loopback = netlink::index_of(routes, "lo");
  routes.transact(netlink::set_up(loopback));
  for (const int family : {AF_INET, AF_INET6}) {
    try {
      routes.transact(netlink::add_local_route(loopback, kTransparentTable, family));
      routes.transact(netlink::add_mark_rule(kTransparentMark, kTransparentTable, family));
    } catch (const std::system_error&) {
      if (family == AF_INET) throw;  // a kernel without IPv6 has no need of it
    }
  }
}

std::vector<std::string> ProjectNetwork::ensure(const std::vector<BridgeNetwork>& networks) {
  std::vector<std::string> made;
  for (const BridgeNetwork& network : networks)
    if (bridges_.ensure(network)) made.push_back(network.name);
  set_rules();
  return made;
}

void ProjectNetwork::set_uplink(netlink::ProjectSide uplink) {
  std::swap(uplink_, uplink);
  try {
    set_rules();
  } catch (const std::system_error&) {
    uplink_ = std::move(uplink);
    throw;
  }
}

/// Forwarding is switched on for those that have a way out by the uplink; who may send where is up to the
/// rules.
void ProjectNetwork::set_rules() {
  netlink::TransparentRules rules{
      .mark = kTransparentMark, .port = kOutboundPort, .hosts = {std::string(kHostGatewayAddress)}};
  for (const auto& [name, bridge] : bridges_.all()) rules.bridges.push_back(rules_of(bridge));
  rules.hosts.insert(rules.hosts.end(), uplink_.hosts.begin(), uplink_.hosts.end());
  rules.uplink = uplink_;
  netlink::Socket tables = socket_inside(fd(), NETLINK_NETFILTER);
  netlink::set_transparent_rules(tables, rules);
  if (uplink_.link.empty()) return;
  netlink::inside_network(fd(), [&] {
    for (const netlink::BridgeRules& bridge : rules.bridges)
      if (bridge.outbound) set_sysctl("ipv4/conf/" + bridge.link + "/forwarding", "1");
    set_sysctl("ipv6/conf/all/forwarding", "1");  // there is no switch for single interfaces before 6.17
  });
}

}  // namespace orchestrator::network
