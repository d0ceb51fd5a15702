// `networks:` at the top level: subnets, drivers, options.
#include <array>
#include <map>

#include "orchestrator/network/check_parts.hpp"
#include "orchestrator/network/ip.hpp"
#include "orchestrator/network/options.hpp"

namespace orchestrator::network {
namespace {

using project::IpamPool;
using project::Network;

const char* family_name(int family) { return family == AF_INET ? "IPv4" : "IPv6"; }

Path step(Path path, const std::string& next) {
  path.push_back(next);
  return path;
}

void check_inside(const Path& path, const Prefix& subnet, const std::string& address, Problems& problems) {
  const auto ip = Ip::parse(address);
  if (!ip) return problems.error(path, "\"" + address + "\" is not an IP address");
  if (!subnet.contains(*ip))
    problems.error(path, "address " + address + " is outside of the subnet " + subnet.text());
}

/// The pool's subnet, where there is one.
std::optional<Prefix> check_pool(const Path& path, const IpamPool& pool, Problems& problems) {
  if (pool.subnet.empty()) {
    if (!pool.gateway.empty() || !pool.ip_range.empty() || !pool.aux_addresses.empty())
      problems.error(path, "gateway, ip_range and aux_addresses need a subnet");
    return std::nullopt;
  }
  const auto subnet = Prefix::parse(pool.subnet);
  if (!subnet || pool.subnet.find('/') == std::string::npos) {
    problems.error(step(path, "subnet"),
                   "\"" + pool.subnet + "\" is not a subnet such as 10.5.0.0/16 or fd00:5::/64");
    return std::nullopt;
  }
  const std::string address = pool.subnet.substr(0, pool.subnet.find('/'));
  if (Ip::parse(address) != subnet->ip)
    problems.error(step(path, "subnet"), "\"" + pool.subnet + "\" has bits set after the prefix",
                   "the subnet is " + subnet->text());
  if (subnet->last_offset() < 3)
    problems.error(step(path, "subnet"),
                   "subnet " + subnet->text() + " has no room for a gateway and a container");
  if (!pool.gateway.empty()) check_inside(step(path, "gateway"), *subnet, pool.gateway, problems);
  if (!pool.ip_range.empty()) {
    const auto range = Prefix::parse(pool.ip_range);
    if (!range || !subnet->contains(*range))
      problems.error(step(path, "ip_range"),
                     "\"" + pool.ip_range + "\" is not a part of the subnet " + subnet->text());
  }
  for (const auto& [name, address_of_it] : pool.aux_addresses)
    check_inside(step(step(path, "aux_addresses"), name), *subnet, address_of_it, problems);
  return subnet;
}

using Placed = std::pair<Path, Prefix>;

void check_overlap(const Placed& one, const std::vector<Placed>& others, Problems& problems) {
  for (const auto& [path, subnet] : others)
    if (subnet.overlaps(one.second))
      problems.error(one.first, "subnet " + one.second.text() + " overlaps " + subnet.text() + " of " +
                                    path_text({path[0], path[1]}));
}

void check_ipam(const Path& base, const Network& network, std::vector<Placed>& subnets, Problems& problems) {
  std::vector<Placed> own;
  for (std::size_t i = 0; i < network.ipam.size(); ++i) {
    const Path path = step(step(step(base, "ipam"), "config"), "[" + std::to_string(i) + "]");
    const auto subnet = check_pool(path, network.ipam[i], problems);
    if (!subnet) continue;
    const int family = subnet->ip.family;
    const bool wanted =
        family == AF_INET ? network.enable_ipv4.value_or(true) : network.enable_ipv6.value_or(false);
    if (!wanted)
      problems.warning(step(path, "subnet"),
                       std::string("the network has no ") + family_name(family) +
                           (family == AF_INET6 ? ": enable_ipv6 is not set" : ": enable_ipv4 is false"));
    for (const auto& [other, prefix] : own)
      if (prefix.ip.family == family)
        problems.error(step(path, "subnet"), std::string("the network has a second ") + family_name(family) +
                                                 " subnet; one of each family is possible");
    own.emplace_back(step(path, "subnet"), *subnet);
  }
  for (const Placed& one : own) check_overlap(one, subnets, problems);
  subnets.insert(subnets.end(), own.begin(), own.end());
}

void check_driver(const Path& base, const Network& network, Problems& problems) {
  const std::string& driver = network.driver;
  if (driver.empty() || driver == "bridge" || driver == "default") return;
  const bool modes = driver == "host" || driver == "none" || driver == "null";
  problems.error(
      step(base, "driver"),
      "driver \"" + driver + "\" is not supported; networks are bridges in the stack's own namespace",
      modes ? "say network_mode: " + (driver == "null" ? std::string("none") : driver) + " in the service"
            : "");
}

void check_options(const Path& base, const Network& network, Problems& problems) {
  for (const OptionProblem& problem : option_problems(network.driver_opts)) {
    const Path path = step(step(base, "driver_opts"), problem.key);
    if (problem.harmless)
      problems.warning(path, problem.message);
    else
      problems.error(path, problem.message);
  }
}

void check_families(const Path& base, const Network& network, Problems& problems) {
  const bool ipv6 = network.enable_ipv6.value_or(false);
  if (!network.enable_ipv4.value_or(true) && !ipv6)
    problems.error(step(base, "enable_ipv4"), "the network has neither IPv4 nor IPv6",
                   "set enable_ipv6: true");
  constexpr int kSmallestMtuOfIpv6 = 1280;  // RFC 8200, section 5
  const int mtu = options_of(network.driver_opts).mtu;
  if (ipv6 && mtu > 0 && mtu < kSmallestMtuOfIpv6)
    problems.error(step(base, "driver_opts"),
                   "IPv6 needs an MTU of 1280 or more, not " + std::to_string(mtu));
}

}  // namespace

void check_networks(const project::Project& project, const HostFacts& host, Problems& problems) {
  std::vector<Placed> subnets;
  std::map<std::string, std::string> bridges;
  for (const auto& [key, network] : project.networks) {
    const Path base{"networks", key};
    if (network.external) {
      if (host.shared_networks && !host.shared_networks->contains(network.name))
        problems.error(base, "network \"" + network.name + "\" is external, but does not exist",
                       "make it with: mdcompose network create " + network.name);
      continue;
    }
    check_driver(base, network, problems);
    check_options(base, network, problems);
    check_families(base, network, problems);
    check_ipam(base, network, subnets, problems);
    const std::string bridge = options_of(network.driver_opts).bridge;
    if (bridge.empty()) continue;
    const auto [other, is_new] = bridges.emplace(bridge, key);
    if (!is_new)
      problems.error(step(base, "driver_opts"),
                     "bridge " + bridge + " is already that of networks." + other->second);
  }
}

}  // namespace orchestrator::network
