#include "orchestrator/network/snapshot.hpp"

#include <algorithm>

#include "orchestrator/network/options.hpp"
#include "orchestrator/network/ports.hpp"

namespace orchestrator::network {
namespace {

/// As long as a service with a slow start may take; a client that cannot wait so long hangs up.
constexpr int kHoldSeconds = 60;

bool leads_out(const Membership& membership) { return membership.default_ipv4 || membership.default_ipv6; }

/// Where the gateway reaches the instance: by the network of its default route, so that answers to a client's
/// own address come back; else by any whose bridge it has.
std::vector<Ip> reached_at(const Seat& seat) {
  AddressPair best;
  for (const bool default_only : {true, false})
    for (const Membership& one : seat.memberships) {
      const auto found = seat.addresses.find(one.network.name);
      if (found == seat.addresses.end() || is_shared(one.network)) continue;
      if (!best.ipv4 && (one.default_ipv4 || !default_only)) best.ipv4 = found->second.ipv4;
      if (!best.ipv6 && (one.default_ipv6 || !default_only)) best.ipv6 = found->second.ipv6;
    }
  return best.all();
}

std::string endpoint_text(const Ip& ip, std::uint16_t port) {
  return (ip.family == AF_INET6 ? "[" + ip.text() + "]" : ip.text()) + ":" + std::to_string(port);
}

NetworkNames names_known(const std::string& name, const KnownNetwork& network) {
  NetworkNames result{.name = name, .internal = network.internal};
  for (const Subnet& subnet : network.subnets) {
    result.subnets.push_back(subnet.prefix.text());
    if (!network.shared) result.gateways.push_back(subnet.gateway.text());
  }
  for (const std::string& known : network.names) result.names[known];
  result.pointers = network.foreign_pointers;
  return result;
}

void add_names(const Seat& seat, std::map<std::string, NetworkNames>& networks) {
  for (const Membership& one : seat.memberships) {
    const auto found = networks.find(one.network.name);
    if (found == networks.end() || one.network.key.empty()) continue;
    const auto addresses = seat.addresses.find(one.network.name);
    const bool reachable = seat.standing == Standing::reachable && addresses != seat.addresses.end();
    const std::vector<Ip> ips = reachable ? addresses->second.all() : std::vector<Ip>{};
    for (const std::string& name : names_of(seat.service, one.wanted, seat.id, seat.container)) {
      auto& list = found->second.names[name];
      for (const Ip& ip : ips) list.push_back(ip.text());
    }
    for (const Ip& ip : ips) found->second.pointers[ip.text()] = seat.container;
  }
}

/// A name of the stack is never somebody else's as well: two stacks with a `db` would get each other's.
void add_foreign_names(const KnownNetwork& network, NetworkNames& names) {
  for (const auto& [name, addresses] : network.foreign) names.names.try_emplace(name, addresses);
}

PublishedPort published(const Seat& seat, const project::Port& port) {
  const PortRange range = parse_published(port.published).value_or(PortRange{});
  const project::Access& access = seat.service.access;
  return {.key = port_key(seat, port),
          .service = seat.service.name,
          .host_ip = port.host_ip,
          .host_port = range.first,
          .host_port_last = range.last == range.first ? std::uint16_t{0} : range.last,
          .protocol = port.protocol == "udp" ? Protocol::udp : Protocol::tcp,
          .hold_seconds = holds_clients(seat.service) ? kHoldSeconds : 0,
          .watched = access.on_demand};
}

void add_ports(const Seat& seat, std::map<std::string, PublishedPort>& ports) {
  const bool held = seat.standing == Standing::awaited && holds_clients(seat.service);
  if (seat.standing < Standing::connected && !held) return;
  const std::vector<Ip> ips = reached_at(seat);
  for (const project::Port& written : seat.service.ports) {
    const project::Port port = bound_port(seat, written);
    PublishedPort& entry = ports.try_emplace(port_key(seat, port), published(seat, port)).first->second;
    if (seat.standing != Standing::reachable || !seat.serves) continue;
    for (const Ip& ip : ips) entry.targets.push_back(endpoint_text(ip, port.target));
  }
}

DnsView view_of(const Seat& seat) {
  DnsView view{.key = seat.id, .links = links_of(seat.service), .servers = seat.service.dns};
  view.forward = std::any_of(seat.memberships.begin(), seat.memberships.end(), leads_out);
  for (const Membership& one : seat.memberships) view.networks.push_back(one.network.name);
  return view;
}

}  // namespace

bool holds_clients(const project::Service& service) {
  return service.access.hold || service.access.on_demand;
}

std::vector<std::string> targets_of(const Seat& seat) {
  std::vector<std::string> targets;
  for (const project::Port& port : seat.service.ports)
    for (const Ip& ip : reached_at(seat))
      if (port.protocol != "udp") targets.push_back(endpoint_text(ip, port.target));
  return targets;
}

project::Port bound_port(const Seat& seat, project::Port port) {
  const auto main = std::find_if(seat.memberships.begin(), seat.memberships.end(), leads_out);
  if (port.host_ip.empty() && main != seat.memberships.end())
    port.host_ip = options_of(main->network.driver_opts).host_binding;
  return port;
}

std::string port_key(const Seat& seat, const project::Port& port) {
  const std::string number = "-" + std::to_string(seat.number);
  const std::string owner = is_shared_port(port) ? seat.service.name : seat.service.name + number;
  // Two ports of the container without a wish for the host's would be one otherwise.
  const std::string target = is_shared_port(port) ? "" : " " + std::to_string(port.target);
  return owner + " " + place_of(port) + target;
}

Snapshot snapshot_of(const std::map<std::string, Seat>& seats,
                     const std::map<std::string, KnownNetwork>& networks, bool ipv6_routed) {
  Snapshot snapshot{.ipv6_routed = ipv6_routed};
  std::map<std::string, NetworkNames> names;
  for (const auto& [name, network] : networks) names[name] = names_known(name, network);
  std::map<std::string, PublishedPort> ports;
  std::vector<const Seat*> in_order;
  for (const auto& [id, seat] : seats) in_order.push_back(&seat);
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const Seat* a, const Seat* b) { return a->number < b->number; });
  for (const Seat* seat : in_order) {
    add_names(*seat, names);
    add_ports(*seat, ports);
    if (seat->leaving)
      for (std::string& target : targets_of(*seat)) snapshot.leaving.push_back(std::move(target));
    if (seat->standing >= Standing::connected) snapshot.views.push_back(view_of(*seat));
  }
  for (const auto& [name, network] : networks) add_foreign_names(network, names[name]);
  for (auto& [key, port] : ports) snapshot.ports.push_back(std::move(port));
  for (auto& [name, one] : names) snapshot.networks.push_back(std::move(one));
  return snapshot;
}

}  // namespace orchestrator::network
