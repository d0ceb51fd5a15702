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
  Rule(std::uint8_t family, const std::string& chain);

  Rule& protocol(std::uint8_t number);
  /// "10.0.0.0/16" or "10.0.0.1"; IPv6 in a table for both only. Throws std::invalid_argument.
  Rule& destination(const std::string& prefix);
  Rule& destination_port(std::uint16_t port);
  Rule& other_destination_port_than(std::uint16_t port);
  /// "echo request" is 8. After protocol().
  Rule& icmp_type(std::uint8_t type);
  Rule& from_interface(const std::string& name);
  /// There is such a socket in this namespace for the packet.
  Rule& of_transparent_socket();

  /// Destination NAT, IPv4. Throws std::invalid_argument.
  Rule& change_destination(const std::string& address, std::uint16_t port);
  /// To the transparent socket that listens on `port`, marked for the rule that delivers it here.
  Rule& hand_over(std::uint16_t port, std::uint32_t mark);
  Rule& set_mark(std::uint32_t mark);
  Rule& accept();
  Rule& drop();

  Message finish();

 private:
  Message& begin(const char* expression);
  Rule& end();
  void meta(std::uint32_t key);
  void payload(std::uint32_t base, std::uint32_t offset, std::uint32_t size);
  void mask(const std::uint8_t* bits, std::uint32_t size);
  void immediate(std::uint32_t to, const void* value, std::size_t size);
  Rule& compare_port(std::uint16_t port, std::uint32_t operation);
  Rule& compare(const void* value, std::size_t size, std::uint32_t operation);
  Rule& verdict(std::uint32_t code);

  std::uint8_t family_;
  Message message_;
};

}  // namespace runtime::netlink
