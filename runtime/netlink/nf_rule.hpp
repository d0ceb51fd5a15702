// One nf_tables rule: expressions that load, compare, and act, in the order they are called.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/netlink/message.hpp"

namespace runtime::netlink {

/// All of ours are in a table of this name of the namespace at hand.
inline constexpr const char* kNfTable = "mdcompose";

class Rule {
 public:
  /// `family` of the table: NFPROTO_IPV4, or NFPROTO_INET for both.
  Rule(std::uint8_t family, const std::string& chain, const std::string& table = kNfTable);

  Rule& protocol(std::uint8_t number);
  /// AF_INET or AF_INET6, in a table for both.
  Rule& of_family(int family);
  /// "10.0.0.0/16" or "10.0.0.1"; IPv6 in a table for both only. Throws std::invalid_argument.
  Rule& destination(const std::string& prefix);
  Rule& source(const std::string& prefix);
  /// Any address of this namespace's own.
  Rule& to_this_host();
  Rule& destination_port(std::uint16_t port);
  Rule& other_destination_port_than(std::uint16_t port);
  /// "echo request" is 8. After protocol().
  Rule& icmp_type(std::uint8_t type);
  Rule& from_interface(const std::string& name);
  Rule& from_other_interface_than(const std::string& name);
  Rule& to_interface(const std::string& name);
  /// Of a connection that has been answered, or that belongs to one.
  Rule& of_known_connection();
  /// Of a connection whose destination has been changed.
  Rule& of_redirected_connection();
  Rule& of_marked_connection(std::uint32_t mark);
  Rule& mark_connection(std::uint32_t mark);
  /// One packet in `count`, by chance; every packet where `count` is 1.
  Rule& one_in(std::uint32_t count);
  /// There is such a socket in this namespace for the packet.
  Rule& of_transparent_socket();

  /// For counted_packets().
  Rule& count();
  /// Source NAT to the address of the interface that the packet leaves by.
  Rule& masquerade();
  /// Destination NAT; the packet is of the address's family. Throws std::invalid_argument.
  Rule& change_destination(const std::string& address, std::uint16_t port);
  /// To the transparent socket that listens on `port`, marked for the rule that delivers it here.
  Rule& hand_over(std::uint16_t port, std::uint32_t mark);
  Rule& set_mark(std::uint32_t mark);
  /// In a chain that forwards: whoever opens a TCP connection asks for no larger segments than the links that
  /// its packets come and go by can carry.
  Rule& limit_segments();
  Rule& accept();
  Rule& drop();

  Message finish();

 private:
  Message& begin(const char* expression);
  Rule& end();
  void meta(std::uint32_t key);
  void payload(std::uint32_t base, std::uint32_t offset, std::uint32_t size);
  void mask(const std::uint8_t* bits, std::uint32_t size);
  Rule& interface(std::uint32_t key, const std::string& name, std::uint32_t operation);
  Rule& address(std::uint32_t ipv4_offset, std::uint32_t ipv6_offset, const std::string& prefix);
  /// `key` of conntrack has one of `bits`.
  Rule& connection(std::uint32_t key, std::uint32_t bits);
  void immediate(std::uint32_t to, const void* value, std::size_t size);
  Rule& compare_port(std::uint16_t port, std::uint32_t operation);
  Rule& compare(const void* value, std::size_t size, std::uint32_t operation);
  Rule& verdict(std::uint32_t code);

  std::uint8_t family_;
  Message message_;
};

}  // namespace runtime::netlink
