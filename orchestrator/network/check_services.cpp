// A service's network mode, and the names it uses.
#include <algorithm>

#include "orchestrator/network/check_parts.hpp"
#include "orchestrator/network/ip.hpp"
#include "orchestrator/network/memberships.hpp"

namespace orchestrator::network {
namespace {

using project::Service;

bool joins_another(const Service& service) {
  return service.network_mode.starts_with("service:") || service.network_mode.starts_with("container:");
}

void check_mode(const Service& service, Problems& problems) {
  const std::string& mode = service.network_mode;
  const Path base{"services", service.name};
  const auto exclude = [&](const char* attribute, bool given) {
    if (given)
      problems.error({"services", service.name, attribute},
                     "network_mode: " + mode + " and " + attribute + " exclude each other");
  };
  if (!uses_networks(service) && !joins_another(service) && mode != "host" && mode != "none")
    problems.error({"services", service.name, "network_mode"},
                   "\"" + mode + "\" is none of none, host, bridge, service:NAME, container:NAME",
                   "a network of the stack is named under networks");
  if (uses_networks(service)) return;
  exclude("ports", !service.ports.empty());
  exclude("mac_address", !service.mac_address.empty());
  exclude("links", !service.links.empty());
  if (!joins_another(service)) return;
  exclude("hostname", !service.hostname.empty());
  exclude("dns", !service.dns.empty());
  exclude("dns_search", !service.dns_search.empty());
  exclude("dns_opt", !service.dns_opt.empty());
  exclude("extra_hosts", !service.extra_hosts.empty());
}

bool share_a_network(const Service& one, const Service& other) {
  return std::any_of(one.networks.begin(), one.networks.end(),
                     [&](const auto& entry) { return other.networks.contains(entry.first); });
}

void check_links(const project::Project& project, const Service& service, Problems& problems) {
  for (std::size_t i = 0; i < service.links.size(); ++i) {
    const std::string name = service.links[i].substr(0, service.links[i].find(':'));
    const auto other = project.services.find(name);
    if (other == project.services.end() || share_a_network(service, other->second)) continue;
    problems.error({"services", service.name, "links", "[" + std::to_string(i) + "]"},
                   "services " + service.name + " and " + name + " have no network in common");
  }
}

void check_servers(const Service& service, Problems& problems) {
  for (std::size_t i = 0; i < service.dns.size(); ++i)
    if (!Ip::parse(service.dns[i]))
      problems.error({"services", service.name, "dns", "[" + std::to_string(i) + "]"},
                     "\"" + service.dns[i] + "\" is not the IP address of a name server");
}

void check_hosts(const Service& service, Problems& problems) {
  for (const std::string& entry : service.extra_hosts) {
    const auto at = entry.find_first_of("=:");
    std::string address = at == std::string::npos ? "" : entry.substr(at + 1);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (address == "host-gateway" || Ip::parse(address)) continue;
    problems.error({"services", service.name, "extra_hosts"},
                   "\"" + entry + "\" is not NAME=ADDRESS with an IP address or host-gateway");
  }
}

}  // namespace

void check_modes(const project::Project& project, Problems& problems) {
  for (const auto& [name, service] : project.services) check_mode(service, problems);
}

void check_names(const project::Project& project, Problems& problems) {
  for (const auto& [name, service] : project.services) {
    check_links(project, service, problems);
    check_servers(service, problems);
    check_hosts(service, problems);
  }
}

}  // namespace orchestrator::network
