// Decides what a container is told about a name: no sockets, no clock.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/network/endpoint.hpp"
#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/gateway/dns_message.hpp"

namespace orchestrator::network::gateway {

enum class Verdict {
  records,       ///< here they are
  no_data,       ///< the name exists, but nothing of this type: NXDOMAIN for AAAA would break musl
  no_such_name,  ///< also for names of the project whose instances do not run: nobody else is asked
  forward,       ///< not ours
};
struct Answer {
  Verdict verdict = Verdict::forward;
  std::vector<Ip> addresses{};
  std::string pointer{};
  friend bool operator==(const Answer&, const Answer&) = default;
};

/// The names of a snapshot, parsed once.
class Directory {
 public:
  Directory() = default;
  explicit Directory(const Snapshot& snapshot);

  [[nodiscard]] Answer look_up(const DnsView& view, std::string_view name, dns::Type type) const;
  /// In a network of the asker's.
  [[nodiscard]] bool is_next_door(const DnsView& view, const Ip& ip) const;
  /// Who may be asked for the asker: who has no way out reaches servers next door only.
  [[nodiscard]] std::vector<Ip> reachable(const DnsView& view, std::vector<Ip> servers) const;

 private:
  struct Network {
    std::vector<Prefix> subnets{};
    std::map<std::string, std::vector<Ip>, std::less<>> names{};
    std::map<Ip, std::string> pointers{};
  };
  [[nodiscard]] Answer look_up_pointer(const DnsView& view, const Ip& ip) const;
  [[nodiscard]] const std::vector<Ip>* addresses_of(const DnsView& view, std::string_view name) const;
  [[nodiscard]] bool is_ours(std::string_view name) const;
  [[nodiscard]] bool may_ask(const DnsView& view) const;

  std::map<std::string, Network, std::less<>> networks_{};
};

/// Who takes the first address of an answer spreads over all of them. Each name and type has turns of its
/// own: queries come in patterns (A and AAAA together, the database's name before a server's), which one
/// count for all keeps step with, so that the same instance would be first every time.
class Rotation {
 public:
  void apply(const dns::Query& query, std::vector<Ip>& addresses);

 private:
  std::map<std::pair<dns::Type, std::string>, std::size_t> next_{};  ///< names with more than one address
};

/// What a container gets to see of an upstream's answer code, when it was the last to be asked. musl ignores
/// REFUSED, and gives up on SERVFAIL only after five seconds.
dns::Rcode tolerable(dns::Rcode upstream, const dns::Query& query);

}  // namespace orchestrator::network::gateway
