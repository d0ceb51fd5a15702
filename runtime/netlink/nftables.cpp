#include "runtime/netlink/nftables.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace runtime::netlink {
namespace {

constexpr const char* kTable = "mdcompose";
// Offsets in the IPv4 header, and of the destination port in UDP's and TCP's.
constexpr std::uint32_t kDestinationAddress = 16;
constexpr std::uint32_t kDestinationPort = 2;

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

Message table(std::uint16_t command, std::uint16_t flags) {
  Message message(type(command), flags, family(NFPROTO_IPV4), "change nf_tables table mdcompose");
  message.put(NFTA_TABLE_NAME, std::string_view(kTable));
  return message;
}

Message chain(const char* name, const char* kind, std::uint32_t hook, std::int32_t priority) {
  Message message(type(NFT_MSG_NEWCHAIN), NLM_F_CREATE, family(NFPROTO_IPV4), "make nf_tables chain");
  message.put(NFTA_CHAIN_TABLE, std::string_view(kTable)).put(NFTA_CHAIN_NAME, std::string_view(name));
  message.begin(NFTA_CHAIN_HOOK)
      .put_be32(NFTA_HOOK_HOOKNUM, hook)
      .put_be32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(priority))
      .end();
  message.put(NFTA_CHAIN_TYPE, std::string_view(kind));
  return message;
}

/// A rule as a list of expressions that load, compare, and act.
class Rule {
 public:
  explicit Rule(const char* chain_name)
      : message_(type(NFT_MSG_NEWRULE), NLM_F_CREATE | NLM_F_APPEND, family(NFPROTO_IPV4),
                 "add nf_tables rule") {
    message_.put(NFTA_RULE_TABLE, std::string_view(kTable))
        .put(NFTA_RULE_CHAIN, std::string_view(chain_name));
    message_.begin(NFTA_RULE_EXPRESSIONS);
  }

  Rule& protocol(std::uint8_t number) {
    meta(NFT_META_L4PROTO);
    return equal(&number, sizeof number);
  }
  Rule& destination(const std::string& prefix) {
    const auto slash = prefix.find('/');
    in_addr address{};
    if (::inet_pton(AF_INET, prefix.substr(0, slash).c_str(), &address) != 1)
      throw std::invalid_argument("\"" + prefix + "\" is not an IPv4 prefix");
    const int length = slash == std::string::npos ? 32 : std::stoi(prefix.substr(slash + 1));
    const std::uint32_t mask = length == 0 ? 0 : htonl(~std::uint32_t{0} << (32 - length));
    payload(NFT_PAYLOAD_NETWORK_HEADER, kDestinationAddress, 4);
    if (length < 32) bitwise(mask);
    const std::uint32_t network = address.s_addr & mask;
    return equal(&network, sizeof network);
  }
  Rule& destination_port(std::uint16_t port) {
    payload(NFT_PAYLOAD_TRANSPORT_HEADER, kDestinationPort, 2);
    const std::uint16_t wanted = htons(port);
    return equal(&wanted, sizeof wanted);
  }
  Rule& from_interface(const std::string& name) {
    meta(NFT_META_IIFNAME);
    std::array<char, IFNAMSIZ> padded{};
    std::strncpy(padded.data(), name.c_str(), padded.size() - 1);
    return equal(padded.data(), padded.size());
  }
  Rule& of_transparent_socket() {
    begin("socket").put_be32(NFTA_SOCKET_KEY, NFT_SOCKET_TRANSPARENT).put_be32(NFTA_SOCKET_DREG, NFT_REG_1);
    end();
    const std::uint8_t yes = 1;
    return equal(&yes, sizeof yes);
  }
  Rule& set_mark(std::uint32_t mark) {
    immediate(NFT_REG_1, &mark, sizeof mark);
    begin("meta").put_be32(NFTA_META_KEY, NFT_META_MARK).put_be32(NFTA_META_SREG, NFT_REG_1);
    return end();
  }
  Rule& hand_to(std::uint16_t port) {
    const std::uint16_t number = htons(port);
    immediate(NFT_REG_1, &number, sizeof number);
    begin("tproxy").put_be32(NFTA_TPROXY_FAMILY, NFPROTO_IPV4).put_be32(NFTA_TPROXY_REG_PORT, NFT_REG_1);
    return end();
  }
  Rule& change_destination(const std::string& address, std::uint16_t port) {
    in_addr to{};
    ::inet_pton(AF_INET, address.c_str(), &to);
    const std::uint16_t number = htons(port);
    immediate(NFT_REG_1, &to, sizeof to);
    immediate(NFT_REG_2, &number, sizeof number);
    begin("nat")
        .put_be32(NFTA_NAT_TYPE, NFT_NAT_DNAT)
        .put_be32(NFTA_NAT_FAMILY, NFPROTO_IPV4)
        .put_be32(NFTA_NAT_REG_ADDR_MIN, NFT_REG_1)
        .put_be32(NFTA_NAT_REG_ADDR_MAX, NFT_REG_1)
        .put_be32(NFTA_NAT_REG_PROTO_MIN, NFT_REG_2)
        .put_be32(NFTA_NAT_REG_PROTO_MAX, NFT_REG_2)
        .put_be32(NFTA_NAT_FLAGS, NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED);
    return end();
  }
  Rule& accept() {
    begin("immediate").put_be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    message_.begin(NFTA_IMMEDIATE_DATA)
        .begin(NFTA_DATA_VERDICT)
        .put_be32(NFTA_VERDICT_CODE, NF_ACCEPT)
        .end()
        .end();
    return end();
  }

  Message finish() {
    message_.end();
    return std::move(message_);
  }

 private:
  Message& begin(const char* name) {
    message_.begin(NFTA_LIST_ELEM).put(NFTA_EXPR_NAME, std::string_view(name));
    return message_.begin(NFTA_EXPR_DATA);
  }
  Rule& end() {
    message_.end().end();
    return *this;
  }
  void meta(std::uint32_t key) {
    begin("meta").put_be32(NFTA_META_KEY, key).put_be32(NFTA_META_DREG, NFT_REG_1);
    end();
  }
  void payload(std::uint32_t base, std::uint32_t offset, std::uint32_t size) {
    begin("payload")
        .put_be32(NFTA_PAYLOAD_DREG, NFT_REG_1)
        .put_be32(NFTA_PAYLOAD_BASE, base)
        .put_be32(NFTA_PAYLOAD_OFFSET, offset)
        .put_be32(NFTA_PAYLOAD_LEN, size);
    end();
  }
  void bitwise(std::uint32_t mask) {
    begin("bitwise")
        .put_be32(NFTA_BITWISE_SREG, NFT_REG_1)
        .put_be32(NFTA_BITWISE_DREG, NFT_REG_1)
        .put_be32(NFTA_BITWISE_LEN, 4);
    message_.begin(NFTA_BITWISE_MASK).put(NFTA_DATA_VALUE, mask).end();
    message_.begin(NFTA_BITWISE_XOR).put(NFTA_DATA_VALUE, std::uint32_t{0}).end();
    end();
  }
  Rule& equal(const void* value, std::size_t size) {
    begin("cmp").put_be32(NFTA_CMP_SREG, NFT_REG_1).put_be32(NFTA_CMP_OP, NFT_CMP_EQ);
    message_.begin(NFTA_CMP_DATA).put_bytes(NFTA_DATA_VALUE, value, size).end();
    return end();
  }
  void immediate(std::uint32_t to, const void* value, std::size_t size) {
    begin("immediate").put_be32(NFTA_IMMEDIATE_DREG, to);
    message_.begin(NFTA_IMMEDIATE_DATA).put_bytes(NFTA_DATA_VALUE, value, size).end();
    end();
  }

  Message message_;
};

constexpr std::array<std::uint8_t, 2> kProtocols{IPPROTO_TCP, IPPROTO_UDP};

/// Made, removed, made: right whether or not there was one.
void start_fresh_table(std::vector<Message>& messages) {
  messages.push_back(batch(NFNL_MSG_BATCH_BEGIN));
  messages.push_back(table(NFT_MSG_NEWTABLE, NLM_F_CREATE));
  messages.push_back(table(NFT_MSG_DELTABLE, 0));
  messages.push_back(table(NFT_MSG_NEWTABLE, NLM_F_CREATE));
}

}  // namespace

void redirect_dns(Socket& socket, const std::string& address, std::uint16_t udp_port,
                  std::uint16_t tcp_port) {
  constexpr std::int32_t kBeforeRouting = -100;  // "dstnat"
  constexpr std::uint16_t kDns = 53;
  std::vector<Message> messages;
  start_fresh_table(messages);
  messages.push_back(chain("dns", "nat", NF_INET_LOCAL_OUT, kBeforeRouting));
  const auto redirect = [&](std::uint8_t protocol, std::uint16_t port) {
    messages.push_back(Rule("dns")
                           .destination(address)
                           .protocol(protocol)
                           .destination_port(kDns)
                           .change_destination(address, port)
                           .finish());
  };
  redirect(IPPROTO_UDP, udp_port);
  redirect(IPPROTO_TCP, tcp_port);
  messages.push_back(batch(NFNL_MSG_BATCH_END));
  socket.transact(std::move(messages));
}

void set_transparent_rules(Socket& socket, const TransparentRules& rules) {
  constexpr std::int32_t kMangle = -150;
  std::vector<Message> messages;
  start_fresh_table(messages);
  messages.push_back(chain("transparent", "filter", NF_INET_PRE_ROUTING, kMangle));
  for (const std::uint8_t protocol : kProtocols)
    messages.push_back(Rule("transparent")
                           .protocol(protocol)
                           .of_transparent_socket()
                           .set_mark(rules.mark)
                           .accept()
                           .finish());
  for (const std::string& prefix : rules.local_prefixes)
    messages.push_back(Rule("transparent").destination(prefix).accept().finish());
  messages.push_back(Rule("transparent").destination("127.0.0.0/8").accept().finish());
  for (const std::string& bridge : rules.outbound_bridges)
    for (const std::uint8_t protocol : kProtocols)
      messages.push_back(Rule("transparent")
                             .from_interface(bridge)
                             .protocol(protocol)
                             .hand_to(rules.port)
                             .set_mark(rules.mark)
                             .accept()
                             .finish());
  messages.push_back(batch(NFNL_MSG_BATCH_END));
  socket.transact(std::move(messages));
}

}  // namespace runtime::netlink
