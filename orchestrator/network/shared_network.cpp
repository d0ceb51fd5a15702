#include "orchestrator/network/shared_network.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "orchestrator/network/inside.hpp"
#include "orchestrator/project/json.hpp"
#include "orchestrator/project/names.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

/// Between the claim of an address and the link that has it a container is built.
constexpr std::int64_t kClaimLastsNs = 60'000'000'000;

std::string definitions(const state::Roots& roots) { return roots.data + "/networks"; }
/// No name may lead out of our directories.
const std::string& checked(const std::string& name) {
  if (!project::is_object_name(name))
    throw std::invalid_argument("invalid network name \"" + name +
                                "\": " + std::string(project::kObjectNameRule));
  return name;
}

std::string definition_file(const state::Roots& roots, const std::string& name) {
  return definitions(roots) + "/" + checked(name) + ".json";
}
std::string runtime_directory(const state::Roots& roots, const std::string& name) {
  return roots.runtime + "/.networks/" + checked(name);
}

/// The host's, those of shared networks and of projects: whoever joins is to reach all of them.
std::vector<Prefix> all_subnets(const state::Roots& roots) {
  std::vector<Prefix> taken = shared_subnets(roots);
  netlink::Socket routes(NETLINK_ROUTE);
  for (const Prefix& prefix : parse_prefixes(netlink::routed_prefixes(routes))) taken.push_back(prefix);
  for (const std::string& project : state::known_projects(roots)) {
    const AddressPlan plan = address_plan_from_json(
        sys::read_file_if_exists(state::paths_of(roots, project).network_file()).value_or("{}"));
    for (const auto& [name, addresses] : plan.networks())
      for (const Subnet& subnet : addresses.subnets()) taken.push_back(subnet.prefix);
  }
  return taken;
}

/// Every family has a subnet in the definition, so that it is the same after a reboot.
void complete_subnets(project::Network& network, const std::vector<Prefix>& taken) {
  for (const Subnet& subnet : subnets_for(network, taken)) {
    const bool given = std::any_of(
        network.ipam.begin(), network.ipam.end(),
        [&](const project::IpamPool& pool) { return Prefix::parse(pool.subnet) == subnet.prefix; });
    if (!given) network.ipam.push_back({.subnet = subnet.prefix.text(), .gateway = subnet.gateway.text()});
  }
}

/// Held until the descriptor is closed. See flock(2).
sys::unique_fd lock(const std::string& directory) {
  sys::make_directories(directory, 0700);
  sys::unique_fd file = sys::open(directory + "/lock", O_CREAT | O_RDWR, 0600);
  sys::lock(file.get(), directory);
  return file;
}

std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Bridges open_bridges(const std::string& directory) {
  const sys::unique_fd locked = lock(directory);
  const std::string name = directory + "/netns";
  if (sys::unique_fd there = netlink::pinned(name)) return Bridges(std::move(there));
  Bridges made;
  netlink::inside_network(made.fd(), [] {
    set_sysctl("ipv4/ip_forward", "0");
    set_sysctl("ipv6/conf/all/forwarding", "0");
    keep_ipv6_on_loopback();
    set_sysctl("bridge/bridge-nf-call-iptables", "0");
    set_sysctl("bridge/bridge-nf-call-ip6tables", "0");
  });
  netlink::pin(made.fd(), name);
  return made;
}

std::vector<SharedMember> members_in(const std::string& directory, Bridges* bridges) {
  const std::map<std::string, std::string> aliases =
      bridges == nullptr ? std::map<std::string, std::string>{} : netlink::link_aliases(bridges->routes());
  std::vector<SharedMember> list;
  for (const std::string& file : sys::list_directory(directory + "/members"))
    for (SharedMember& member :
         shared_members_from_json(sys::read_file_if_exists(directory + "/members/" + file).value_or(""))) {
      const bool linked = std::any_of(aliases.begin(), aliases.end(),
                                      [&](const auto& entry) { return entry.second == member.link; });
      if (linked || wall_clock_ns() - member.claimed_ns < kClaimLastsNs) list.push_back(std::move(member));
    }
  return list;
}

NetworkAddresses addresses_from(const std::string& directory, const SharedDefinition& definition) {
  AddressPlan plan =
      address_plan_from_json(sys::read_file_if_exists(directory + "/addresses.json").value_or("{}"));
  if (NetworkAddresses* known = plan.find(definition.network.name)) return *known;
  return NetworkAddresses(subnets_for(definition.network, {}));
}

void replace(const std::string& directory, const std::string& project,
             const std::vector<SharedMember>& members) {
  const std::string file = directory + "/members/" + project + ".json";
  if (members.empty())
    ::unlink(file.c_str());
  else
    sys::replace_file(file, to_json(members));
}

}  // namespace

std::map<std::string, SharedDefinition> shared_networks(const state::Roots& roots) {
  std::map<std::string, SharedDefinition> all;
  for (const std::string& file : sys::list_directory(definitions(roots))) {
    if (!file.ends_with(".json")) continue;
    const std::string name = file.substr(0, file.size() - 5);
    if (auto found = find_shared_network(roots, name)) all.emplace(name, std::move(*found));
  }
  return all;
}

std::optional<SharedDefinition> find_shared_network(const state::Roots& roots, const std::string& name) {
  const auto text = sys::read_file_if_exists(definition_file(roots, name));
  if (!text) return std::nullopt;
  project::Project one = project::from_json(*text);
  if (one.networks.empty()) return std::nullopt;
  return SharedDefinition{.network = std::move(one.networks.begin()->second), .owner = std::move(one.name)};
}

SharedDefinition create_shared_network(const state::Roots& roots, SharedDefinition definition) {
  sys::make_directories(definitions(roots), 0700);
  const sys::unique_fd locked = lock(roots.runtime + "/.networks");
  project::Network& network = definition.network;
  if (find_shared_network(roots, network.name))
    throw std::runtime_error("there is a network \"" + network.name + "\" already");
  network.attachable = true;
  complete_subnets(network, all_subnets(roots));
  const project::Project one{.name = definition.owner, .networks = {{network.name, network}}};
  sys::replace_file(definition_file(roots, network.name), project::to_json(one), 0600, true);
  return definition;
}

void remove_shared_network(const state::Roots& roots, const std::string& name) {
  const sys::unique_fd all_locked = lock(roots.runtime + "/.networks");
  if (!find_shared_network(roots, name)) throw std::runtime_error("there is no network \"" + name + "\"");
  const std::string directory = runtime_directory(roots, name);
  {
    const sys::unique_fd locked = lock(directory);
    sys::unique_fd there = netlink::pinned(directory + "/netns");
    if (there) {
      Bridges bridges(std::move(there));
      std::string users;
      for (const SharedMember& member : members_in(directory, &bridges))
        users += (users.empty() ? "" : ", ") + member.container;
      if (!users.empty()) throw std::runtime_error("network \"" + name + "\" is in use by " + users);
    }
    netlink::unpin(directory + "/netns");
  }
  sys::remove_tree(directory);
  ::unlink(definition_file(roots, name).c_str());
  // The last one leaves nothing. A directory that is not empty stays.
  if (shared_networks(roots).empty()) ::unlink((roots.runtime + "/.networks/lock").c_str());
  for (const std::string& shared :
       {roots.runtime + "/.networks", definitions(roots), roots.runtime, roots.data})
    ::rmdir(shared.c_str());
}

std::vector<Prefix> shared_subnets(const state::Roots& roots) {
  std::vector<Prefix> list;
  for (const auto& [name, definition] : shared_networks(roots))
    for (const project::IpamPool& pool : definition.network.ipam)
      if (const auto prefix = Prefix::parse(pool.subnet)) list.push_back(*prefix);
  return list;
}

SharedNetwork::SharedNetwork(const state::Roots& roots, SharedDefinition definition)
    : definition_(std::move(definition)),
      directory_(runtime_directory(roots, definition_.network.name)),
      bridges_(open_bridges(directory_)) {
  sys::make_directories(members_directory(), 0700);
  (void)bridges_.ensure(bridge_network(definition_.network, subnets()));
}

std::vector<Subnet> SharedNetwork::subnets() const { return subnets_for(definition_.network, {}); }

AddressPair SharedNetwork::claim(const std::string& service, int number, const AddressPair& fixed,
                                 SharedMember member) {
  const sys::unique_fd locked = lock(directory_);
  NetworkAddresses addresses = addresses_from(directory_, definition_);
  std::vector<SharedMember> own;
  for (const SharedMember& one : members_in(directory_, &bridges_)) {
    if (one.project == member.project && one.container != member.container) own.push_back(one);
    if (one.project != member.project || one.container != member.container)
      addresses.reserve(address_pair(one.ipv4, one.ipv6));
  }
  const AddressPair pair = addresses.allocate(member.project + "/" + service, number, fixed);
  member.ipv4 = pair.ipv4 ? pair.ipv4->text() : "";
  member.ipv6 = pair.ipv6 ? pair.ipv6->text() : "";
  member.claimed_ns = wall_clock_ns();
  own.push_back(member);
  AddressPlan plan;
  plan.networks()[definition_.network.name] = std::move(addresses);
  sys::replace_file(directory_ + "/addresses.json", to_json(plan));
  replace(directory_, member.project, own);
  return pair;
}

void SharedNetwork::write_members(const std::string& project, const std::vector<SharedMember>& members) {
  const sys::unique_fd locked = lock(directory_);
  replace(directory_, project, members);
}

std::vector<SharedMember> SharedNetwork::members() { return members_in(directory_, &bridges_); }

}  // namespace orchestrator::network
