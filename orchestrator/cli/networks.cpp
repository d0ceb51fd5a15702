#include "orchestrator/cli/networks.hpp"

#include "orchestrator/cli/observe.hpp"
#include "orchestrator/network/address_plan.hpp"
#include "orchestrator/network/memberships.hpp"
#include "orchestrator/state/definition.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

using Networks = std::map<std::string, NetworkInfo>;

/// Who runs, by the records. The MAC address is the one that follows from the address, unless the stack file
/// asks for another.
void add_containers(const state::ProjectPaths& paths, Networks& networks) {
  for (const state::Instance& instance : observe(paths)) {
    if (!runs(instance)) continue;
    for (const state::Address& address : instance.addresses) {
      const auto found = networks.find(address.network);
      if (found == networks.end()) continue;
      const network::AddressPair pair = network::address_pair(address.ipv4, address.ipv6);
      found->second.containers.push_back({.name = instance.name,
                                          .project = paths.project,
                                          .ipv4 = address.ipv4,
                                          .ipv6 = address.ipv6,
                                          .mac = pair.empty() ? "" : network::mac_for(pair.all().front())});
    }
  }
}

/// The project's own ones, that its supervisor has planned.
void add_planned(const state::ProjectPaths& paths, Networks& networks) {
  const auto project = state::load_project(paths);
  if (!project) return;
  network::AddressPlan plan =
      network::address_plan_from_json(runtime::sys::read_file_if_exists(paths.network_file()).value_or("{}"));
  for (const auto& [key, network] : project->networks) {
    const network::NetworkAddresses* addresses = plan.find(network.name);
    if (addresses == nullptr || network::is_shared(network)) continue;
    networks[network.name] = {.network = network, .owner = project->name, .subnets = addresses->subnets()};
  }
}

}  // namespace

std::map<std::string, NetworkInfo> networks_of_host(const state::Roots& roots) {
  Networks networks;
  for (const auto& [name, definition] : network::shared_networks(roots))
    networks[name] = {.network = definition.network,
                      .owner = definition.owner,
                      .shared = true,
                      .subnets = network::subnets_for(definition.network, {})};
  for (const std::string& project : state::known_projects(roots))
    add_planned(state::paths_of(roots, project), networks);
  for (const std::string& project : state::known_projects(roots))
    add_containers(state::paths_of(roots, project), networks);
  return networks;
}

}  // namespace orchestrator::cli
