// One change of nf_tables: a table of ours as it is to be, put in the place of what it was, atomically. See
// include/uapi/linux/netfilter/nf_tables.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/netlink/message.hpp"
#include "runtime/netlink/nf_rule.hpp"
#include "runtime/netlink/socket.hpp"

namespace runtime::netlink {

/// Whose a table is.
enum class TableOwner {
  network_namespace,  ///< it is gone with its namespace
  socket,             ///< gone with the socket that has made it, and nobody else changes it; since Linux 5.12
};

class NfBatch {
 public:
  /// `family`: NFPROTO_IPV4, or NFPROTO_INET for both.
  NfBatch(std::uint8_t family, std::string table, TableOwner owner = TableOwner::network_namespace);

  /// `kind`: "filter", "nat"; `hook`: NF_INET_PRE_ROUTING, …
  void chain(const std::string& name, const char* kind, std::uint32_t hook, std::int32_t priority,
             bool accepts = true);
  /// At the end of a chain that is there already.
  [[nodiscard]] Rule rule(const std::string& chain) const { return {family_, chain, table_}; }
  void add(Rule rule) { messages_.push_back(rule.finish()); }

  /// `socket` is a NETLINK_NETFILTER one of the namespace. Throws std::system_error: nothing has changed.
  void commit(Socket& socket) &&;

 private:
  [[nodiscard]] Message table(std::uint16_t command, std::uint16_t flags) const;

  std::uint8_t family_;
  std::string table_;
  TableOwner owner_;
  std::vector<Message> messages_{};
};

/// Priorities of <linux/netfilter_ipv4.h> by the names that nft(8) gives them.
inline constexpr std::int32_t kMangle = -150;
inline constexpr std::int32_t kDestinationNat = -100;
inline constexpr std::int32_t kFilter = 0;
inline constexpr std::int32_t kSourceNat = 100;

/// How many packets the chain's rules with count() have seen. Throws std::system_error.
std::uint64_t counted_packets(Socket& socket, const std::string& table, const std::string& chain);

}  // namespace runtime::netlink
