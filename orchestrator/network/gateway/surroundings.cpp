#include "orchestrator/network/gateway/surroundings.hpp"

#include <algorithm>

#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/gateway/sockets.hpp"

namespace orchestrator::network::gateway {

namespace {

template <class Value>
void append(std::vector<Value>& to, const std::vector<Value>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Ip loopback(int family) { return *Ip::parse(family == AF_INET ? "127.0.0.1" : "::1"); }

}  // namespace

Surroundings::Surroundings(const Snapshot& snapshot)
    : gateways_{*Ip::parse(kHostGatewayAddress)},
      host_loopback_(snapshot.host_loopback),
      ipv6_routed_(snapshot.ipv6_routed) {
  for (const NetworkNames& network : snapshot.networks) {
    append(subnets_, parse_prefixes(network.subnets));
    if (network.internal) append(internal_, parse_prefixes(network.subnets));
    append(gateways_, parse_ips(network.gateways));
  }
}

bool Surroundings::may_keep_source(const Ip& client, const Ip& target) const {
  if (target.family == AF_INET6 && !ipv6_routed_) return false;
  return client.family == target.family && !client.is_loopback() && !client.is_unspecified() &&
         !client.is_group_or_local() && !is_own(client) && !any_contains(internal_, target);
}

std::optional<Endpoint> Surroundings::outward(const Endpoint& container, const Endpoint& destination) const {
  const Ip& ip = destination.ip;
  if (any_contains(internal_, container.ip)) return std::nullopt;
  if (std::find(gateways_.begin(), gateways_.end(), ip) != gateways_.end())
    return Endpoint{.ip = host_loopback_ ? loopback(ip.family) : outward_address(ip.family),
                    .port = destination.port};
  if (ip.is_loopback() || ip.is_unspecified() || ip.is_group_or_local() || is_own(ip)) return std::nullopt;
  return destination;
}

}  // namespace orchestrator::network::gateway
