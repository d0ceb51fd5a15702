// Decides what a container is told about a name: no sockets, no clock.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
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

  /// `turn` rotates the addresses: who takes the first one spreads over all of them.
  [[nodiscard]] Answer look_up(const DnsView& view, std::string_view name, dns::Type type,
                               std::size_t turn) const;
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

/// What a container gets to see of an upstream's answer code, when it was the last to be asked. musl ignores
/// REFUSED, and gives up on SERVFAIL only after five seconds.
dns::Rcode tolerable(dns::Rcode upstream, const dns::Query& query);

}  // namespace orchestrator::network::gateway
