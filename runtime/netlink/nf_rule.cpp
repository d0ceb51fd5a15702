#include "runtime/netlink/nf_rule.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace runtime::netlink {
namespace {

// Offset of the destination port in UDP's and TCP's headers.
constexpr std::uint32_t kDestinationPort = 2;

constexpr std::uint16_t kNewRule = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWRULE;

// Offsets of the addresses in the headers of IPv4 and IPv6.
constexpr std::uint32_t kSource4 = 12;
constexpr std::uint32_t kDestination4 = 16;
constexpr std::uint32_t kSource6 = 8;
constexpr std::uint32_t kDestination6 = 24;

/// As <linux/netfilter/nf_conntrack_common.h> numbers them; the header is not fit for C++ before 6.1.
constexpr std::uint32_t kEstablishedOrRelated = (1U << 1) | (1U << 2);
constexpr std::uint32_t kDestinationChanged = 1U << 5;

/// An address or a prefix.
struct Network {
  std::uint8_t family = NFPROTO_IPV4;
  std::uint32_t size = 4;
  int length = 0;
  std::array<std::uint8_t, 16> bytes{};
  std::array<std::uint8_t, 16> mask{};
};

Network parse_network(const std::string& prefix) {
  const auto slash = prefix.find('/');
  const std::string address = prefix.substr(0, slash);
  Network network;
  if (::inet_pton(AF_INET6, address.c_str(), network.bytes.data()) == 1)
    network = {.family = NFPROTO_IPV6, .size = 16, .bytes = network.bytes};
  else if (::inet_pton(AF_INET, address.c_str(), network.bytes.data()) != 1)
    throw std::invalid_argument("\"" + address + "\" is not an IP address");
  const int bits = static_cast<int>(network.size) * 8;
  network.length = slash == std::string::npos ? bits : std::stoi(prefix.substr(slash + 1));
  for (int bit = 0; bit < network.length; ++bit)
    network.mask.at(static_cast<std::size_t>(bit / 8)) |= static_cast<std::uint8_t>(0x80 >> bit % 8);
  for (std::size_t i = 0; i < network.size; ++i) network.bytes.at(i) &= network.mask.at(i);
  return network;
}

}  // namespace

Rule::Rule(std::uint8_t family, const std::string& chain, const std::string& table)
    : family_(family),
      message_(kNewRule, NLM_F_CREATE | NLM_F_APPEND,
               nfgenmsg{.nfgen_family = family, .version = NFNETLINK_V0, .res_id = 0},
               "add a rule to nf_tables chain " + chain) {
  message_.put(NFTA_RULE_TABLE, std::string_view(table)).put(NFTA_RULE_CHAIN, std::string_view(chain));
  message_.begin(NFTA_RULE_EXPRESSIONS);
}

Rule& Rule::protocol(std::uint8_t number) {
  meta(NFT_META_L4PROTO);
  return compare(&number, sizeof number, NFT_CMP_EQ);
}

Rule& Rule::of_family(int family) {
  const std::uint8_t wanted = family == AF_INET6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
  meta(NFT_META_NFPROTO);
  return compare(&wanted, sizeof wanted, NFT_CMP_EQ);
}

Rule& Rule::address(std::uint32_t ipv4_offset, std::uint32_t ipv6_offset, const std::string& prefix) {
  const Network network = parse_network(prefix);
  const bool ipv6 = network.family == NFPROTO_IPV6;
  if (family_ == NFPROTO_INET) of_family(ipv6 ? AF_INET6 : AF_INET);
  payload(NFT_PAYLOAD_NETWORK_HEADER, ipv6 ? ipv6_offset : ipv4_offset, network.size);
  if (network.length < static_cast<int>(network.size) * 8) mask(network.mask.data(), network.size);
  return compare(network.bytes.data(), network.size, NFT_CMP_EQ);
}

Rule& Rule::destination(const std::string& prefix) { return address(kDestination4, kDestination6, prefix); }
Rule& Rule::source(const std::string& prefix) { return address(kSource4, kSource6, prefix); }

Rule& Rule::to_this_host() {
  begin("fib")
      .put_be32(NFTA_FIB_DREG, NFT_REG_1)
      .put_be32(NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE)
      .put_be32(NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
  const std::uint32_t local = RTN_LOCAL;
  return end().compare(&local, sizeof local, NFT_CMP_EQ);
}

Rule& Rule::destination_port(std::uint16_t port) { return compare_port(port, NFT_CMP_EQ); }
Rule& Rule::other_destination_port_than(std::uint16_t port) { return compare_port(port, NFT_CMP_NEQ); }

Rule& Rule::icmp_type(std::uint8_t type) {
  payload(NFT_PAYLOAD_TRANSPORT_HEADER, 0, sizeof type);
  return compare(&type, sizeof type, NFT_CMP_EQ);
}

Rule& Rule::interface(std::uint32_t key, const std::string& name, std::uint32_t operation) {
  meta(key);
  std::array<char, IFNAMSIZ> padded{};
  std::strncpy(padded.data(), name.c_str(), padded.size() - 1);
  return compare(padded.data(), padded.size(), operation);
}

Rule& Rule::from_interface(const std::string& name) { return interface(NFT_META_IIFNAME, name, NFT_CMP_EQ); }
Rule& Rule::from_other_interface_than(const std::string& name) {
  return interface(NFT_META_IIFNAME, name, NFT_CMP_NEQ);
}
Rule& Rule::to_interface(const std::string& name) { return interface(NFT_META_OIFNAME, name, NFT_CMP_EQ); }

Rule& Rule::connection(std::uint32_t key, std::uint32_t bits) {
  begin("ct").put_be32(NFTA_CT_KEY, key).put_be32(NFTA_CT_DREG, NFT_REG_1);
  end();
  mask(reinterpret_cast<const std::uint8_t*>(&bits), sizeof bits);
  const std::uint32_t none = 0;
  return compare(&none, sizeof none, NFT_CMP_NEQ);
}
Rule& Rule::of_known_connection() { return connection(NFT_CT_STATE, kEstablishedOrRelated); }
Rule& Rule::of_redirected_connection() { return connection(NFT_CT_STATUS, kDestinationChanged); }

Rule& Rule::of_marked_connection(std::uint32_t mark) {
  begin("ct").put_be32(NFTA_CT_KEY, NFT_CT_MARK).put_be32(NFTA_CT_DREG, NFT_REG_1);
  return end().compare(&mark, sizeof mark, NFT_CMP_EQ);
}

Rule& Rule::mark_connection(std::uint32_t mark) {
  immediate(NFT_REG_1, &mark, sizeof mark);
  begin("ct").put_be32(NFTA_CT_KEY, NFT_CT_MARK).put_be32(NFTA_CT_SREG, NFT_REG_1);
  return end();
}

Rule& Rule::one_in(std::uint32_t count) {
  if (count <= 1) return *this;
  begin("numgen")
      .put_be32(NFTA_NG_DREG, NFT_REG_1)
      .put_be32(NFTA_NG_MODULUS, count)
      .put_be32(NFTA_NG_TYPE, NFT_NG_RANDOM);
  const std::uint32_t chosen = 0;
  return end().compare(&chosen, sizeof chosen, NFT_CMP_EQ);
}

Rule& Rule::of_transparent_socket() {
  begin("socket").put_be32(NFTA_SOCKET_KEY, NFT_SOCKET_TRANSPARENT).put_be32(NFTA_SOCKET_DREG, NFT_REG_1);
  const std::uint8_t yes = 1;
  return end().compare(&yes, sizeof yes, NFT_CMP_EQ);
}

Rule& Rule::count() {
  begin("counter");
  return end();
}

Rule& Rule::masquerade() {
  begin("masq");
  return end();
}

Rule& Rule::change_destination(const std::string& address, std::uint16_t port) {
  const Network to = parse_network(address);
  const std::uint16_t number = htons(port);
  immediate(NFT_REG_1, to.bytes.data(), to.size);
  immediate(NFT_REG_2, &number, sizeof number);
  begin("nat")
      .put_be32(NFTA_NAT_TYPE, NFT_NAT_DNAT)
      .put_be32(NFTA_NAT_FAMILY, to.family)
      .put_be32(NFTA_NAT_REG_ADDR_MIN, NFT_REG_1)
      .put_be32(NFTA_NAT_REG_ADDR_MAX, NFT_REG_1)
      .put_be32(NFTA_NAT_REG_PROTO_MIN, NFT_REG_2)
      .put_be32(NFTA_NAT_REG_PROTO_MAX, NFT_REG_2)
      .put_be32(NFTA_NAT_FLAGS, NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED);
  return end();
}

Rule& Rule::hand_over(std::uint16_t port, std::uint32_t mark) {
  const std::uint16_t number = htons(port);
  immediate(NFT_REG_1, &number, sizeof number);
  const std::uint32_t family =
      family_ == NFPROTO_INET ? std::uint8_t{NFPROTO_UNSPEC} : family_;  // the packet's own
  begin("tproxy").put_be32(NFTA_TPROXY_FAMILY, family).put_be32(NFTA_TPROXY_REG_PORT, NFT_REG_1);
  return end().set_mark(mark).accept();
}

Rule& Rule::set_mark(std::uint32_t mark) {
  immediate(NFT_REG_1, &mark, sizeof mark);
  begin("meta").put_be32(NFTA_META_KEY, NFT_META_MARK).put_be32(NFTA_META_SREG, NFT_REG_1);
  return end();
}

Rule& Rule::limit_segments() {
  constexpr std::uint32_t kFlags = 13;  // offset in TCP's header
  constexpr std::uint8_t kSyn = 0x02;
  constexpr std::uint8_t kMaximumSegmentSize = 2;  // a TCP option: kind, length, two bytes of value
  constexpr std::uint32_t kSize = 2;
  protocol(IPPROTO_TCP);
  payload(NFT_PAYLOAD_TRANSPORT_HEADER, kFlags, sizeof kSyn);
  mask(&kSyn, sizeof kSyn);
  const std::uint8_t none = 0;
  compare(&none, sizeof none, NFT_CMP_NEQ);
  begin("rt").put_be32(NFTA_RT_DREG, NFT_REG_1).put_be32(NFTA_RT_KEY, NFT_RT_TCPMSS);
  end();
  begin("byteorder")
      .put_be32(NFTA_BYTEORDER_SREG, NFT_REG_1)
      .put_be32(NFTA_BYTEORDER_DREG, NFT_REG_1)
      .put_be32(NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON)
      .put_be32(NFTA_BYTEORDER_LEN, kSize)
      .put_be32(NFTA_BYTEORDER_SIZE, kSize);
  end();
  // The kernel makes it smaller only.
  begin("exthdr")
      .put_be32(NFTA_EXTHDR_SREG, NFT_REG_1)
      .put(NFTA_EXTHDR_TYPE, kMaximumSegmentSize)
      .put_be32(NFTA_EXTHDR_OFFSET, 2)
      .put_be32(NFTA_EXTHDR_LEN, kSize)
      .put_be32(NFTA_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
  return end();
}

Rule& Rule::accept() { return verdict(NF_ACCEPT); }
Rule& Rule::drop() { return verdict(NF_DROP); }

Message Rule::finish() {
  message_.end();
  return std::move(message_);
}

Message& Rule::begin(const char* expression) {
  message_.begin(NFTA_LIST_ELEM).put(NFTA_EXPR_NAME, std::string_view(expression));
  return message_.begin(NFTA_EXPR_DATA);
}

Rule& Rule::end() {
  message_.end().end();
  return *this;
}

void Rule::meta(std::uint32_t key) {
  begin("meta").put_be32(NFTA_META_KEY, key).put_be32(NFTA_META_DREG, NFT_REG_1);
  end();
}

void Rule::payload(std::uint32_t base, std::uint32_t offset, std::uint32_t size) {
  begin("payload")
      .put_be32(NFTA_PAYLOAD_DREG, NFT_REG_1)
      .put_be32(NFTA_PAYLOAD_BASE, base)
      .put_be32(NFTA_PAYLOAD_OFFSET, offset)
      .put_be32(NFTA_PAYLOAD_LEN, size);
  end();
}

void Rule::mask(const std::uint8_t* bits, std::uint32_t size) {
  constexpr std::array<std::uint8_t, 16> kNothing{};
  begin("bitwise")
      .put_be32(NFTA_BITWISE_SREG, NFT_REG_1)
      .put_be32(NFTA_BITWISE_DREG, NFT_REG_1)
      .put_be32(NFTA_BITWISE_LEN, size);
  message_.begin(NFTA_BITWISE_MASK).put_bytes(NFTA_DATA_VALUE, bits, size).end();
  message_.begin(NFTA_BITWISE_XOR).put_bytes(NFTA_DATA_VALUE, kNothing.data(), size).end();
  end();
}

void Rule::immediate(std::uint32_t to, const void* value, std::size_t size) {
  begin("immediate").put_be32(NFTA_IMMEDIATE_DREG, to);
  message_.begin(NFTA_IMMEDIATE_DATA).put_bytes(NFTA_DATA_VALUE, value, size).end();
  end();
}

Rule& Rule::compare_port(std::uint16_t port, std::uint32_t operation) {
  const std::uint16_t wanted = htons(port);
  payload(NFT_PAYLOAD_TRANSPORT_HEADER, kDestinationPort, sizeof wanted);
  return compare(&wanted, sizeof wanted, operation);
}

Rule& Rule::compare(const void* value, std::size_t size, std::uint32_t operation) {
  begin("cmp").put_be32(NFTA_CMP_SREG, NFT_REG_1).put_be32(NFTA_CMP_OP, operation);
  message_.begin(NFTA_CMP_DATA).put_bytes(NFTA_DATA_VALUE, value, size).end();
  return end();
}

Rule& Rule::verdict(std::uint32_t code) {
  begin("immediate").put_be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
  message_.begin(NFTA_IMMEDIATE_DATA).begin(NFTA_DATA_VERDICT).put_be32(NFTA_VERDICT_CODE, code).end().end();
  return end();
}

}  // namespace runtime::netlink
