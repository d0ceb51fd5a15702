#include "orchestrator/network/redirections.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <utility>

#include "orchestrator/network/endpoint.hpp"

namespace orchestrator::network {

using runtime::netlink::Redirection;

namespace {

std::uint16_t opened(const Applied& applied, const std::string& key) {
  for (const PortResult& result : applied.ports)
    if (result.key == key) return result.host_port;
  return 0;
}

/// Nobody from outside comes there.
bool is_loopback(const std::string& host_ip) {
  const auto ip = Ip::parse(host_ip);
  return ip && ip->is_loopback();
}

}  // namespace

std::vector<Redirection> redirections_of(const Snapshot& snapshot, const Applied& applied,
                                         const std::set<std::string>& services) {
  std::vector<Redirection> result;
  std::set<std::pair<std::uint8_t, std::uint16_t>> taken;
  for (const PublishedPort& port : snapshot.ports) {
    if (!services.contains(port.service) || is_loopback(port.host_ip)) continue;
    const std::uint8_t protocol = port.protocol == Protocol::tcp ? IPPROTO_TCP : IPPROTO_UDP;
    Redirection one{.protocol = protocol, .host_ip = port.host_ip, .host_port = opened(applied, port.key)};
    for (const std::string& text : port.targets)
      if (const auto target = Endpoint::parse(text))
        one.targets.push_back(
            {.family = target->ip.family, .address = target->ip.text(), .port = target->port});
    if (one.host_port == 0 || one.targets.empty()) continue;
    if (one.host_ip == "0.0.0.0" || one.host_ip == "::") {
      const int family = one.host_ip == "::" ? AF_INET6 : AF_INET;
      std::erase_if(one.targets, [&](const Redirection::Target& target) { return target.family != family; });
      one.host_ip.clear();
    }
    if (!one.targets.empty() && taken.emplace(one.protocol, one.host_port).second)
      result.push_back(std::move(one));
  }
  return result;
}

}  // namespace orchestrator::network
