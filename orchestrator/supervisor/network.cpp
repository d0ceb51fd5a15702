#include "orchestrator/supervisor/network.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <stdexcept>

#include "orchestrator/network/inside.hpp"
#include "orchestrator/network/options.hpp"
#include "orchestrator/supervisor/network_files.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace netlink = runtime::netlink;
namespace sys = runtime::sys;
using network::AddressPair;
using network::Membership;
using network::Seat;
using network::Standing;
using state::Phase;

namespace {

std::vector<network::Prefix> host_prefixes() {
  netlink::Socket routes(NETLINK_ROUTE);
  return network::parse_prefixes(netlink::routed_prefixes(routes));
}

bool host_has_ipv6() {
  netlink::Socket routes(NETLINK_ROUTE);
  return netlink::has_default_route(routes, AF_INET6);
}

AddressPair addresses_in(const Member& member, const std::string& network) {
  for (const state::Address& address : member.record.addresses)
    if (address.network == network) return network::address_pair(address.ipv4, address.ipv6);
  return {};
}

state::Address written(const std::string& network, const AddressPair& addresses) {
  return {.network = network,
          .ipv4 = addresses.ipv4 ? addresses.ipv4->text() : "",
          .ipv6 = addresses.ipv6 ? addresses.ipv6->text() : ""};
}

/// `connected`: its interfaces have been made, and its container is there.
Standing standing_of(const Member& member, bool connected) {
  if (!connected) {
    const bool awaited = member.goal == Goal::running || member.replacement || member.restart_requested;
    return awaited ? Standing::awaited : Standing::absent;
  }
  const Phase phase = member.record.phase;
  return phase == Phase::running || phase == Phase::paused ? Standing::reachable : Standing::connected;
}

/// Its interface in a network, without the default route it has.
network::Interface interface_of(const Membership& membership, const AddressPair& addresses,
                                const std::vector<network::Subnet>& subnets) {
  network::Interface link{
      .network = membership.network.name,
      .name = membership.interface,
      .mac = membership.mac,
      .sysctls = network::interface_sysctls(membership.wanted.driver_opts, membership.interface)
                     .value_or(project::StringMap{})};
  for (const network::Ip& ip : addresses.all())
    for (const network::Subnet& subnet : subnets)
      if (subnet.prefix.contains(ip)) link.addresses.push_back({.ip = ip, .length = subnet.prefix.length});
  for (const network::Ip& ip : network::parse_ips(membership.wanted.link_local_ips))
    link.addresses.push_back({.ip = ip, .length = ip.family == AF_INET ? 16 : 64});
  return link;
}

/// Subnets of two projects may be the same; in one container they may not.
void check_overlap(const Seat& seat, const std::map<std::string, network::KnownNetwork>& networks) {
  for (const Membership& one : seat.memberships)
    for (const Membership& other : seat.memberships) {
      if (one.network.name >= other.network.name) continue;
      for (const network::Subnet& a : networks.at(one.network.name).subnets)
        for (const network::Subnet& b : networks.at(other.network.name).subnets)
          if (a.prefix.overlaps(b.prefix))
            throw std::runtime_error("networks " + one.network.name + " (" + a.prefix.text() + ") and " +
                                     other.network.name + " (" + b.prefix.text() + ") overlap");
    }
}

}  // namespace

Network::Network(Stack& stack)
    : stack_(stack),
      shared_(stack,
              [this] {
                shared_.read(networks_);
                (void)gateway_.refresh();
              }),
      gateway_(stack, {.snapshot = [this] { return network::snapshot_of(seats_, networks_, ipv6_routed_); },
                       .missing =
                           [this](const std::vector<std::string>& ids) {
                             for (const std::string& id : ids) give_resolver_again(id);
                             (void)gateway_.refresh();
                           },
                       .activity = [](const network::Activity&) {},
                       .lost = [this] { asio::co_spawn(stack_.loop, revive(), asio::detached); }}) {}

void Network::expect(const project::Project& project) {
  const std::map<std::string, project::Network> networks = shared_.resolve(project.networks);
  for (const auto& [name, service] : project.services) {
    if (!network::uses_networks(service)) continue;
    for (const Membership& one : network::memberships_of(project.name, networks, service)) {
      if (one.network.key.empty()) continue;
      if (!network::is_shared(one.network)) (void)plan_subnets(one.network);
      for (const std::string& known : network::names_of(service, one.wanted, name, name))
        networks_[one.network.name].names.insert(known);
    }
  }
  for (const auto& [key, network] : project.networks) plan_.expect(project, key);
}

Seat& Network::seat_of(const Member& member) {
  const Definition& definition = *member.definition;
  Seat& seat = seats_[member.record.id];
  seat = {.id = member.record.id,
          .container = member.record.name,
          .number = member.record.number,
          .service = definition.service,
          .memberships = network::memberships_of(
              definition.project.name, shared_.resolve(definition.project.networks), definition.service),
          .standing = standing_of(member, connected_.contains(member.record.id))};
  for (const Membership& one : seat.memberships)
    if (const AddressPair addresses = addresses_in(member, one.network.name); !addresses.empty())
      seat.addresses[one.network.name] = addresses;
  return seat;
}

void Network::ensure(const Seat& seat) {
  if (!project_) {
    project_ = std::make_unique<network::ProjectNetwork>();
    stack_.keeper.store(kKeptNamespace, project_->fd());
    ipv6_routed_ = host_has_ipv6();
  }
  std::vector<network::BridgeNetwork> missing;
  for (const Membership& one : seat.memberships) {
    network::KnownNetwork& known = networks_[one.network.name];
    known.internal = one.network.internal;
    known.shared = network::is_shared(one.network);
    known.subnets = known.shared ? shared_.open(one.network).subnets() : plan_subnets(one.network);
    if (known.shared || project_->bridges().all().contains(one.network.name)) continue;
    missing.push_back(network::bridge_network(one.network, known.subnets));
  }
  check_overlap(seat, networks_);
  shared_.read(networks_);
  if (missing.empty()) return;
  project_->ensure(missing);
  for (const network::BridgeNetwork& bridge : missing) stack_.tell("Network", bridge.name, "Created");
}

std::vector<network::Subnet> Network::plan_subnets(const project::Network& network) {
  if (const network::NetworkAddresses* known = plan_.find(network.name)) return known->subnets();
  std::vector<network::Prefix> taken = host_prefixes();
  const std::vector<network::Prefix> shared = network::shared_subnets(stack_.roots);
  taken.insert(taken.end(), shared.begin(), shared.end());
  return plan_.add(network, taken).subnets();
}

AddressPair Network::allocate(const Seat& seat, const Membership& membership) {
  if (network::is_shared(membership.network)) return shared_.claim(seat, membership);
  const AddressPair fixed =
      network::address_pair(membership.wanted.ipv4_address, membership.wanted.ipv6_address);
  return plan_.find(membership.network.name)->allocate(seat.service.name, seat.number, fixed);
}

network::Bridges& Network::bridges_of(const project::Network& network) {
  return network::is_shared(network) ? shared_.open(network).bridges() : project_->bridges();
}

std::map<std::string, std::string> Network::prepare(Member& member) {
  const project::Service& service = member.definition->service;
  release_addresses(member);  // of an attempt that came no further
  if (!network::uses_networks(service)) return write_network_files(stack_, member, nullptr);
  Seat& seat = seat_of(member);
  ensure(seat);
  for (const Membership& one : seat.memberships) {
    const AddressPair addresses = allocate(seat, one);
    member.record.addresses.push_back(written(one.network.name, addresses));
    seat.addresses[one.network.name] = addresses;
  }
  write_plan();
  return write_network_files(stack_, member, &seat);
}

void Network::write_plan() {
  std::string text = network::to_json(plan_);
  if (text == written_plan_) return;
  sys::replace_file(stack_.paths.network_file(), text);
  written_plan_ = std::move(text);
}

void Network::connect(const Member& member, const Seat& seat) {
  const sys::unique_fd inside = netlink::network_namespace_of(member.record.pid);
  std::vector<network::Plug> plugs;
  for (const Membership& one : seat.memberships) {
    const auto addresses = seat.addresses.find(one.network.name);
    if (addresses == seat.addresses.end()) continue;
    const std::vector<network::Subnet>& subnets = networks_.at(one.network.name).subnets;
    network::Interface link = interface_of(one, addresses->second, subnets);
    link.alias = network::link_alias(stack_.paths.project, seat.id);
    for (const network::Subnet& subnet : subnets) {
      const bool ipv4 = subnet.prefix.ip.family == AF_INET;
      if (ipv4 ? one.default_ipv4 : one.default_ipv6 && ipv6_routed_) link.gateways.push_back(subnet.gateway);
    }
    plugs.push_back({.bridges = &bridges_of(one.network), .interface = std::move(link)});
  }
  network::attach(inside.get(), plugs);
  give_resolver(member.record.id);
}

void Network::give_resolver(const std::string& id) {
  const auto member = stack_.members.find(id);
  if (member == stack_.members.end()) return;
  const sys::unique_fd inside = netlink::network_namespace_of(member->second->record.pid);
  network::ResolverSockets sockets = network::open_resolver(inside.get());
  gateway_.give_resolver(id, std::move(sockets.udp), std::move(sockets.tcp));
}

void Network::give_resolver_again(const std::string& id) {
  try {
    if (connected_.contains(id)) give_resolver(id);
  } catch (const std::system_error& error) {
    // Most often it is about to end.
    stack_.warn("container " + id + " has no resolver: " + error.what());
  }
}

asio::awaitable<void> Network::attach(Member& member) {
  if (!network::uses_networks(member.definition->service)) co_return;
  gateway_.start(project_->fd());
  Seat& seat = seats_.at(member.record.id);
  connect(member, seat);
  connected_.insert(member.record.id);
  seat.standing = standing_of(member, true);
  const std::uint64_t ticket = gateway_.refresh();
  if (member.definition->service.ports.empty()) co_return;
  co_await gateway_.until_applied(ticket);
  take_ports(member, seat);
}

void Network::take_ports(Member& member, const Seat& seat) {
  member.record.ports.clear();
  for (const project::Port& written : member.definition->service.ports) {
    const project::Port port = network::bound_port(seat, written);
    for (const network::PortResult& result : gateway_.applied().ports) {
      if (result.key != network::port_key(seat, port)) continue;
      if (!result.error.empty()) throw std::runtime_error(result.error);
      member.record.ports.push_back({.host_ip = port.host_ip.empty() ? "0.0.0.0" : port.host_ip,
                                     .host_port = result.host_port,
                                     .container_port = port.target,
                                     .protocol = port.protocol});
    }
  }
}

void Network::release_addresses(Member& member) {
  for (const state::Address& address : member.record.addresses)
    if (network::NetworkAddresses* known = plan_.find(address.network); known != nullptr)
      known->release(network::address_pair(address.ipv4, address.ipv6));
  member.record.addresses.clear();
}

void Network::detach(Member& member) {
  release_addresses(member);
  connected_.erase(member.record.id);
  member.record.ports.clear();
  if (const auto seat = seats_.find(member.record.id); seat != seats_.end()) {
    seat->second.addresses.clear();
    seat->second.standing = standing_of(member, false);
  }
  (void)gateway_.refresh();
}

bool Network::update_standings() {
  bool changed = false;
  for (auto seat = seats_.begin(); seat != seats_.end();) {
    const auto member = stack_.members.find(seat->first);
    if (member == stack_.members.end()) {
      seat = seats_.erase(seat);
      changed = true;
      continue;
    }
    const Standing now = standing_of(*member->second, connected_.contains(seat->first));
    changed = changed || now != seat->second.standing;
    seat->second.standing = now;
    ++seat;
  }
  return changed;
}

asio::awaitable<void> Network::follow() {
  for (;;) {
    co_await stack_.changed.until([this] { return update_standings(); });
    shared_.publish(seats_);
    (void)gateway_.refresh();
  }
}

asio::awaitable<void> Network::close() {
  if (!project_) co_return;
  stack_.keeper.drop(kKeptNamespace);
  gateway_.quit();
  project_.reset();
  shared_.close();
  for (const auto& [name, network] : networks_)
    if (!network.subnets.empty() && !network.shared) stack_.tell("Network", name, "Removed");
  networks_.clear();
  seats_.clear();
  plan_.clear();
  written_plan_.clear();
  ::unlink(stack_.paths.network_file().c_str());
}

}  // namespace orchestrator::supervisor
