#include "orchestrator/network/memberships.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "orchestrator/network/options.hpp"

namespace orchestrator::network {
namespace {

/// Loader output always has it; a stack written by hand for a test may not.
project::Network network_named(const std::string& project,
                               const std::map<std::string, project::Network>& networks,
                               const std::string& key) {
  const auto found = networks.find(key);
  if (found != networks.end()) return found->second;
  return {.key = key, .name = project + "_" + key};
}

void choose_default_routes(std::vector<Membership>& memberships) {
  std::vector<Membership*> best;
  for (Membership& one : memberships)
    if (!one.network.internal && !is_shared(one.network)) best.push_back(&one);
  std::stable_sort(best.begin(), best.end(), [](const Membership* a, const Membership* b) {
    if (a->wanted.gw_priority != b->wanted.gw_priority) return a->wanted.gw_priority > b->wanted.gw_priority;
    return a->network.name < b->network.name;
  });
  const auto ipv4 = std::find_if(best.begin(), best.end(), [](const Membership* one) {
    return one->network.enable_ipv4.value_or(true);
  });
  const auto ipv6 = std::find_if(best.begin(), best.end(), [](const Membership* one) {
    return one->network.enable_ipv6.value_or(false);
  });
  if (ipv4 != best.end()) (*ipv4)->default_ipv4 = true;
  if (ipv6 != best.end()) (*ipv6)->default_ipv6 = true;
}

void name_interfaces(std::vector<Membership>& memberships) {
  std::set<std::string> taken;
  for (const Membership& one : memberships) taken.insert(one.wanted.interface_name);
  for (Membership& one : memberships) {
    one.interface = one.wanted.interface_name;
    if (!one.interface.empty()) continue;
    const std::string prefix = options_of(one.network.driver_opts).interface_prefix;
    for (int number = 0; one.interface.empty(); ++number)
      if (const std::string name = prefix + std::to_string(number); taken.insert(name).second)
        one.interface = name;
  }
}

bool needs_egress(const std::vector<Membership>& memberships) {
  const auto leads_out = [](const Membership& one) { return one.default_ipv4 || one.default_ipv6; };
  const auto would_lead_out = [](const Membership& one) {
    return is_shared(one.network) && !one.network.internal;
  };
  return std::none_of(memberships.begin(), memberships.end(), leads_out) &&
         std::any_of(memberships.begin(), memberships.end(), would_lead_out);
}

}  // namespace

bool uses_networks(const project::Service& service) {
  const std::string& mode = service.network_mode;
  return mode.empty() || mode == "bridge" || mode == "default";
}

bool is_shared(const project::Network& network) { return network.external || network.attachable; }

project::Network egress_network(const std::string& project) {
  return {.key = "",
          .name = project + " egress",
          .driver_opts = {{"com.docker.network.bridge.enable_icc", "false"}}};
}

std::vector<Membership> memberships_of(const std::string& project,
                                       const std::map<std::string, project::Network>& networks,
                                       const project::Service& service) {
  std::vector<Membership> memberships;
  for (const auto& [key, attachment] : service.networks)
    memberships.push_back({.network = network_named(project, networks, key), .wanted = attachment});
  if (memberships.empty()) memberships.push_back({.network = network_named(project, networks, "default")});
  std::stable_sort(memberships.begin(), memberships.end(), [](const Membership& a, const Membership& b) {
    return a.wanted.priority > b.wanted.priority;
  });
  choose_default_routes(memberships);
  if (needs_egress(memberships))
    memberships.push_back({.network = egress_network(project), .default_ipv4 = true});
  name_interfaces(memberships);
  for (Membership& one : memberships) one.mac = one.wanted.mac_address;
  if (memberships.front().mac.empty()) memberships.front().mac = service.mac_address;
  return memberships;
}

std::string link_alias(const std::string& project, const std::string& id) { return project + "/" + id; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::vector<std::string> names_of(const project::Service& service, const project::Attachment& attachment,
                                  const std::string& id, const std::string& container) {
  std::set<std::string> names{lower(service.name), lower(id), lower(container)};
  if (!service.hostname.empty()) names.insert(lower(service.hostname));
  if (!service.hostname.empty() && !service.domainname.empty())
    names.insert(lower(service.hostname + "." + service.domainname));
  for (const std::string& alias : attachment.aliases) names.insert(lower(alias));
  return {names.begin(), names.end()};
}

std::map<std::string, std::string> links_of(const project::Service& service) {
  std::map<std::string, std::string> links;
  for (const auto* list : {&service.links, &service.external_links})
    for (const std::string& link : *list) {
      const auto colon = link.find(':');
      if (colon != std::string::npos) links[lower(link.substr(colon + 1))] = lower(link.substr(0, colon));
    }
  return links;
}

}  // namespace orchestrator::network
