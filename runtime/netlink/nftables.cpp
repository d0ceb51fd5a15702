#include "runtime/netlink/nftables.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <array>
#include <string_view>
#include <utility>

#include "runtime/netlink/nf_rule.hpp"

namespace runtime::netlink {
namespace {

nfgenmsg family(std::uint8_t value) { return {.nfgen_family = value, .version = NFNETLINK_V0, .res_id = 0}; }
std::uint16_t type(std::uint16_t command) {
  return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | command);
}

Message batch(std::uint16_t kind) {
  nfgenmsg info = family(AF_UNSPEC);
  info.res_id = htons(NFNL_SUBSYS_NFTABLES);
  Message message(kind, 0, info, "nf_tables batch");
  message.without_ack();
  return message;
}

Message table(std::uint8_t in, std::uint16_t command, std::uint16_t flags) {
  Message message(type(command), flags, family(in), "change nf_tables table mdcompose");
  message.put(NFTA_TABLE_NAME, std::string_view(kNfTable));
  return message;
}

Message chain(std::uint8_t in, const char* name, const char* kind, std::uint32_t hook,
              std::int32_t priority) {
  Message message(type(NFT_MSG_NEWCHAIN), NLM_F_CREATE, family(in), "make nf_tables chain");
  message.put(NFTA_CHAIN_TABLE, std::string_view(kNfTable)).put(NFTA_CHAIN_NAME, std::string_view(name));
  message.begin(NFTA_CHAIN_HOOK)
      .put_be32(NFTA_HOOK_HOOKNUM, hook)
      .put_be32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(priority))
      .end();
  message.put(NFTA_CHAIN_TYPE, std::string_view(kind));
  return message;
}

constexpr std::array<std::uint8_t, 2> kProtocols{IPPROTO_TCP, IPPROTO_UDP};
constexpr std::uint8_t kEchoRequest = 8;

/// Refusals are told without being asked for, and a batch takes effect as a whole: one answer at its end
/// will do. An answer for each of many rules would overrun the socket's receive buffer.
void finish_batch(std::vector<Message>& messages) {
  for (std::size_t i = 0; i + 1 < messages.size(); ++i) messages[i].without_ack();
  messages.push_back(batch(NFNL_MSG_BATCH_END));
}

/// Made, removed, made: right whether or not there was one.
void start_fresh_table(std::vector<Message>& messages, std::uint8_t in) {
  messages.push_back(batch(NFNL_MSG_BATCH_BEGIN));
  messages.push_back(table(in, NFT_MSG_NEWTABLE, NLM_F_CREATE));
  messages.push_back(table(in, NFT_MSG_DELTABLE, 0));
  messages.push_back(table(in, NFT_MSG_NEWTABLE, NLM_F_CREATE));
}

Rule transparent_rule() { return {NFPROTO_INET, "transparent"}; }

/// Packets for connections that the gateway process has already, on whatever bridge. Its listening socket is
/// found for every packet to its port, handed over or not, so that port is left to the rules of each bridge:
/// otherwise an internal network would have a way out.
Message socket_rule(const TransparentRules& rules, std::uint8_t protocol) {
  return transparent_rule()
      .protocol(protocol)
      .other_destination_port_than(rules.port)
      .of_transparent_socket()
      .set_mark(rules.mark)
      .accept()
      .finish();
}

/// The bridge's own address means the host where there is a way out. tproxy passes over packets of the
/// gateway's ordinary sockets, which go on to the rules after these.
void add_gateway_rules(std::vector<Message>& messages, const TransparentRules& rules,
                       const BridgeRules& bridge, std::uint8_t protocol) {
  for (const std::string& gateway : bridge.gateways) {
    if (bridge.outbound)
      messages.push_back(transparent_rule()
                             .from_interface(bridge.link)
                             .destination(gateway)
                             .protocol(protocol)
                             .hand_over(rules.port, rules.mark)
                             .finish());
    messages.push_back(transparent_rule()
                           .destination(gateway)
                           .protocol(protocol)
                           .destination_port(rules.port)
                           .drop()
                           .finish());
  }
}

}  // namespace

void redirect_dns(Socket& socket, const std::string& address, std::uint16_t udp_port,
                  std::uint16_t tcp_port) {
  constexpr std::int32_t kBeforeRouting = -100;  // "dstnat"
  constexpr std::uint16_t kDns = 53;
  std::vector<Message> messages;
  start_fresh_table(messages, NFPROTO_IPV4);
  messages.push_back(chain(NFPROTO_IPV4, "dns", "nat", NF_INET_LOCAL_OUT, kBeforeRouting));
  const auto redirect = [&](std::uint8_t protocol, std::uint16_t port) {
    messages.push_back(Rule(NFPROTO_IPV4, "dns")
                           .destination(address)
                           .protocol(protocol)
                           .destination_port(kDns)
                           .change_destination(address, port)
                           .finish());
  };
  redirect(IPPROTO_UDP, udp_port);
  redirect(IPPROTO_TCP, tcp_port);
  finish_batch(messages);
  socket.transact(std::move(messages));
}

void set_transparent_rules(Socket& socket, const TransparentRules& rules) {
  constexpr std::int32_t kMangle = -150;
  std::vector<Message> messages;
  start_fresh_table(messages, NFPROTO_INET);
  messages.push_back(chain(NFPROTO_INET, "transparent", "filter", NF_INET_PRE_ROUTING, kMangle));
  for (const std::uint8_t protocol : kProtocols) {
    messages.push_back(socket_rule(rules, protocol));
    for (const BridgeRules& bridge : rules.bridges) add_gateway_rules(messages, rules, bridge, protocol);
  }
  for (const BridgeRules& bridge : rules.bridges)
    for (const std::string& subnet : bridge.subnets)
      messages.push_back(transparent_rule().destination(subnet).accept().finish());
  messages.push_back(transparent_rule().destination("127.0.0.0/8").accept().finish());
  for (const BridgeRules& bridge : rules.bridges) {
    if (!bridge.outbound) continue;
    for (const std::uint8_t protocol : kProtocols)
      messages.push_back(transparent_rule()
                             .from_interface(bridge.link)
                             .protocol(protocol)
                             .hand_over(rules.port, rules.mark)
                             .finish());
    messages.push_back(transparent_rule()
                           .from_interface(bridge.link)
                           .protocol(IPPROTO_ICMP)
                           .icmp_type(kEchoRequest)
                           .set_mark(rules.mark)
                           .accept()
                           .finish());
  }
  finish_batch(messages);
  socket.transact(std::move(messages));
}

}  // namespace runtime::netlink
