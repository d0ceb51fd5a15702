#include "runtime/netlink/nftables.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/netlink/nf_batch.hpp"

namespace runtime::netlink {
namespace {

constexpr std::array<std::uint8_t, 2> kProtocols{IPPROTO_TCP, IPPROTO_UDP};
constexpr std::uint8_t kEchoRequest = 8;

Rule transparent_rule(const NfBatch& batch) { return batch.rule("transparent"); }

/// Packets for connections that the gateway process has already, on whatever bridge. Its listening socket is
/// found for every packet to its port, handed over or not, so that port is left to the rules of each bridge:
/// otherwise an internal network would have a way out.
void add_socket_rule(NfBatch& batch, const TransparentRules& rules, std::uint8_t protocol) {
  batch.add(transparent_rule(batch)
                .protocol(protocol)
                .other_destination_port_than(rules.port)
                .of_transparent_socket()
                .set_mark(rules.mark)
                .accept());
}

/// The bridge's own address means the host where there is a way out. tproxy passes over packets of the
/// gateway's ordinary sockets, which go on to the rules after these.
void add_gateway_rules(NfBatch& batch, const TransparentRules& rules, const BridgeRules& bridge,
                       std::uint8_t protocol) {
  const auto hand_over = [&](const std::string& address) {
    batch.add(transparent_rule(batch)
                  .from_interface(bridge.link)
                  .destination(address)
                  .protocol(protocol)
                  .hand_over(rules.port, rules.mark));
  };
  for (const std::string& gateway : bridge.gateways) {
    if (bridge.outbound) hand_over(gateway);
    batch.add(
        transparent_rule(batch).destination(gateway).protocol(protocol).destination_port(rules.port).drop());
  }
  if (!bridge.outbound) return;
  for (const std::string& host : rules.hosts) hand_over(host);
}

bool is_carried(const ProjectSide& uplink, int family) {
  return std::any_of(uplink.ends.begin(), uplink.ends.end(),
                     [&](const UplinkEnds& ends) { return ends.family == family; });
}

/// Echo requests are answered by whoever is meant, so the gateway asks him.
void add_echo_rules(NfBatch& batch, const TransparentRules& rules, const BridgeRules& bridge) {
  const auto echo = [&](auto select) {
    batch.add(select(transparent_rule(batch).from_interface(bridge.link))
                  .protocol(IPPROTO_ICMP)
                  .icmp_type(kEchoRequest)
                  .set_mark(rules.mark)
                  .accept());
  };
  for (const std::string& host : rules.hosts)
    echo([&](Rule& rule) -> Rule& { return rule.destination(host); });
  if (!is_carried(rules.uplink, AF_INET)) echo([](Rule& rule) -> Rule& { return rule; });
}

void add_outbound_rules(NfBatch& batch, const TransparentRules& rules, const BridgeRules& bridge) {
  for (const int family : {AF_INET, AF_INET6}) {
    if (is_carried(rules.uplink, family)) continue;
    for (const std::uint8_t protocol : kProtocols)
      batch.add(transparent_rule(batch)
                    .from_interface(bridge.link)
                    .of_family(family)
                    .protocol(protocol)
                    .hand_over(rules.port, rules.mark));
  }
  add_echo_rules(batch, rules, bridge);
}

}  // namespace

void redirect_dns(Socket& socket, const std::string& address, std::uint16_t udp_port,
                  std::uint16_t tcp_port) {
  constexpr std::uint16_t kDns = 53;
  NfBatch batch(NFPROTO_IPV4, kNfTable);
  batch.chain("dns", "nat", NF_INET_LOCAL_OUT, kDestinationNat);
  const auto redirect = [&](std::uint8_t protocol, std::uint16_t port) {
    batch.add(
        batch.rule("dns").destination(address).protocol(protocol).destination_port(kDns).change_destination(
            address, port));
  };
  redirect(IPPROTO_UDP, udp_port);
  redirect(IPPROTO_TCP, tcp_port);
  std::move(batch).commit(socket);
}

void set_transparent_rules(Socket& socket, const TransparentRules& rules) {
  NfBatch batch(NFPROTO_INET, kNfTable);
  batch.chain("transparent", "filter", NF_INET_PRE_ROUTING, kMangle);
  if (!rules.uplink.link.empty())
    batch.add(transparent_rule(batch).of_marked_connection(kUplinkMark).accept());
  for (const std::uint8_t protocol : kProtocols) {
    add_socket_rule(batch, rules, protocol);
    for (const BridgeRules& bridge : rules.bridges) add_gateway_rules(batch, rules, bridge, protocol);
  }
  std::vector<std::string> outbound;
  for (const BridgeRules& bridge : rules.bridges) {
    for (const std::string& subnet : bridge.subnets)
      batch.add(transparent_rule(batch).destination(subnet).accept());
    if (bridge.outbound) outbound.push_back(bridge.link);
  }
  batch.add(transparent_rule(batch).destination("127.0.0.0/8").accept());
  for (const BridgeRules& bridge : rules.bridges)
    if (bridge.outbound) add_outbound_rules(batch, rules, bridge);
  add_project_side(batch, rules.uplink, outbound);
  std::move(batch).commit(socket);
}

}  // namespace runtime::netlink
