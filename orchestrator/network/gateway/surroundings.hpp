// What the gateway knows about addresses: which are the project's, which mean the host, which are nobody's.
#pragma once

#include <optional>
#include <vector>

#include "orchestrator/network/endpoint.hpp"
#include "orchestrator/network/gateway.hpp"

namespace orchestrator::network::gateway {

/// Decides only. One per snapshot.
class Surroundings {
 public:
  Surroundings() = default;
  explicit Surroundings(const Snapshot& snapshot);

  /// A container may see the client's own address: its answers then come back to the project's namespace by
  /// the default route. Not for addresses the container would look for next door (loopback, the project's
  /// own), of the other family, or where it has no default route.
  [[nodiscard]] bool may_keep_source(const Ip& client, const Ip& target) const;

  /// Where a connection that a container made to a foreign address leads; nothing where it leads nowhere.
  [[nodiscard]] std::optional<Endpoint> outward(const Endpoint& container, const Endpoint& destination) const;

  [[nodiscard]] bool is_own(const Ip& ip) const { return any_contains(subnets_, ip); }

 private:
  std::vector<Prefix> subnets_{};
  std::vector<Prefix> internal_{};
  std::vector<Ip> gateways_{};
  bool host_loopback_ = false;
  bool ipv6_routed_ = false;
};

}  // namespace orchestrator::network::gateway
