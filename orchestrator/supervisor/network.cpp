#include "orchestrator/supervisor/network.hpp"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "orchestrator/network/inside.hpp"
#include "orchestrator/network/interfaces.hpp"
#include "orchestrator/network/redirections.hpp"
#include "orchestrator/supervisor/network_files.hpp"
#include "orchestrator/supervisor/seats.hpp"
#include "orchestrator/supervisor/spawn.hpp"
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

namespace {

std::vector<network::Prefix> host_prefixes() {
  netlink::Socket routes(NETLINK_ROUTE);
  return network::parse_prefixes(netlink::routed_prefixes(routes));
}

bool host_has_ipv6() {
  netlink::Socket routes(NETLINK_ROUTE);
  return netlink::has_default_route(routes, AF_INET6);
}

/// Also of one that has ended, where others live in its network.
sys::unique_fd network_of(const Member& member) {
  return member.network_namespace ? sys::dup(member.network_namespace.get())
                                  : netlink::network_namespace_of(member.record.pid);
}

}  // namespace

Network::Network(Stack& stack, Activation& activation)
    : stack_(stack),
      shared_(stack,
              [this] {
                shared_.read(networks_);
                (void)gateway_.refresh();
              }),
      host_names_(stack),
      way_out_(stack),
      gateway_(stack,
               {.snapshot = [this] { return network::snapshot_of(seats_, networks_, ipv6_routed_); },
                .missing =
                    [this](const std::vector<std::string>& ids) {
                      for (const std::string& id : ids) give_resolver_again(id);
                      (void)gateway_.refresh();
                    },
                .applied =
                    [this] {
                      note_ports();
                      redirect_ports();
                    },
                .activity = [&activation](const network::Activity& activity) { activation.take(activity); },
                .lost = [this] { spawn(stack_.loop, revive()); }}) {}

void Network::expect(const project::Project& project) {
  const std::map<std::string, project::Network> networks = shared_.resolve(project.networks);
  for (const auto& [name, service] : project.services) {
    if (!network::uses_networks(service)) continue;
    for (const Membership& one : network::memberships_of(project.name, networks, service)) {
      if (one.network.key.empty()) continue;
      if (!network::is_shared(one.network)) {
        declared_[one.network.name] = one.network;
        if (!network::fits(one.network, plan_subnets(one.network))) (void)choose_subnets(one.network);
      }
      for (const std::string& known : network::names_of(service, one.wanted, name, name))
        networks_[one.network.name].names.insert(known);
    }
  }
  for (const auto& [key, network] : project.networks) plan_.expect(project, key);
  way_out_.expect(project);
  if (project_) way_out_.open(*project_);
}

Seat& Network::sit_down(const Member& member) {
  const std::string& id = member.record.id;
  return seats_[id] =
             seat_of(member, shared_.resolve(member.definition->project.networks), connected_.contains(id));
}

void Network::make_project() {
  if (project_) return;
  project_ = std::make_unique<network::ProjectNetwork>();
  stack_.keeper.store(kKeptNamespace, project_->fd());
  ipv6_routed_ = host_has_ipv6();
  way_out_.open(*project_);
}

void Network::take_project(sys::unique_fd network_namespace, sys::unique_fd uplink) {
  project_ = std::make_unique<network::ProjectNetwork>(std::move(network_namespace));
  ipv6_routed_ = host_has_ipv6();
  way_out_.open(*project_, std::move(uplink));
}

void Network::ensure(const Seat& seat) {
  make_project();
  std::vector<network::BridgeNetwork> missing;
  for (const Membership& one : seat.memberships) {
    // A container that was not asked for may have an older idea of the network than the others.
    const auto declared = declared_.find(one.network.name);
    const project::Network& network = declared == declared_.end() ? one.network : declared->second;
    network::KnownNetwork& known = networks_[network.name];
    known.internal = network.internal;
    known.shared = network::is_shared(network);
    known.subnets = known.shared ? shared_.open(network).subnets() : plan_subnets(network);
    if (known.shared) continue;
    network::BridgeNetwork wanted = network::bridge_network(network, known.subnets);
    const auto bridge = project_->bridges().all().find(network.name);
    if (bridge == project_->bridges().all().end() || bridge->second.network != wanted)
      missing.push_back(std::move(wanted));
  }
  network::check_overlap(seat, networks_);
  shared_.read(networks_);
  if (missing.empty()) return;
  for (const std::string& made : project_->ensure(missing)) stack_.tell("Network", made, "Created");
}

std::vector<network::Subnet> Network::plan_subnets(const project::Network& network) {
  if (const network::NetworkAddresses* known = plan_.find(network.name)) return known->subnets();
  return choose_subnets(network);
}

std::vector<network::Subnet> Network::choose_subnets(const project::Network& network) {
  std::vector<network::Prefix> taken = host_prefixes();
  const std::vector<network::Prefix> shared = network::shared_subnets(stack_.roots);
  taken.insert(taken.end(), shared.begin(), shared.end());
  network::NetworkAddresses& planned = plan_.add(network, taken);
  // Of those who run already, where it had others before.
  for (const auto& [id, seat] : seats_)
    if (const auto held = seat.addresses.find(network.name); held != seat.addresses.end())
      planned.reserve(held->second);
  return planned.subnets();
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
  const bool has_its_network = member.network_namespace && !member.record.addresses.empty();
  if (!has_its_network) release_addresses(member);  // of an attempt that came no further
  if (!network::uses_networks(service)) return write_network_files(stack_, member, nullptr);
  Seat& seat = sit_down(member);
  ensure(seat);
  for (const Membership& one : seat.memberships) {
    if (has_its_network) break;
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
  const sys::unique_fd inside = network_of(member);
  std::vector<network::Plug> plugs;
  for (const Membership& one : seat.memberships) {
    const auto addresses = seat.addresses.find(one.network.name);
    if (addresses == seat.addresses.end()) continue;
    network::Interface link =
        network::interface_of(one, addresses->second, networks_.at(one.network.name).subnets, ipv6_routed_);
    link.alias = network::link_alias(stack_.paths.project, seat.id);
    plugs.push_back({.bridges = &bridges_of(one.network), .interface = std::move(link)});
  }
  network::attach(inside.get(), plugs);
  give_resolver(member.record.id);
}

void Network::give_resolver(const std::string& id) {
  const auto member = stack_.members.find(id);
  if (member == stack_.members.end()) return;
  const sys::unique_fd inside = network_of(*member->second);
  network::ResolverSockets sockets = network::open_resolver(inside.get());
  gateway_.give_resolver(id, std::move(sockets.udp), std::move(sockets.tcp));
  resolver_rules_[id] = std::move(sockets.rules);
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
  if (!connected_.contains(member.record.id)) connect(member, seat);
  connected_.insert(member.record.id);
  (void)update(seat, member, true);
  const std::uint64_t ticket = gateway_.refresh();
  if (member.definition->service.ports.empty()) co_return;
  co_await gateway_.until_applied(ticket);
  member.record.ports = published_ports(seat, gateway_.applied());
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
  resolver_rules_.erase(member.record.id);
  member.record.ports.clear();
  if (const auto seat = seats_.find(member.record.id); seat != seats_.end()) {
    seat->second.addresses.clear();
    (void)update(seat->second, member, false);
  }
  (void)gateway_.refresh();
}

bool Network::update_seats() {
  bool changed =
      std::erase_if(seats_, [&](const auto& seat) { return !stack_.members.contains(seat.first); }) > 0;
  for (const auto& [id, member] : stack_.members) {
    const auto seat = seats_.find(id);
    if (seat != seats_.end()) {
      changed = update(seat->second, *member, connected_.contains(id)) || changed;
    } else if (member->record.asleep && network::uses_networks(member->definition->service)) {
      (void)sit_down(*member);  // its ports are open though it has never run
      changed = true;
    }
  }
  return changed;
}

bool Network::is_needed() const {
  return std::any_of(seats_.begin(), seats_.end(), [](const auto& entry) {
    const Seat& seat = entry.second;
    return seat.standing >= Standing::connected ||
           (seat.standing == Standing::awaited && network::holds_clients(seat.service));
  });
}

std::uint64_t Network::tell_seats() {
  shared_.publish(seats_);
  host_names_.update(seats_);
  return gateway_.refresh();
}

asio::awaitable<void> Network::follow() {
  for (;;) {
    co_await stack_.changed.until([this] { return update_seats(); });
    if (is_needed()) {
      make_project();
      gateway_.start(project_->fd());
    }
    (void)tell_seats();
  }
}

/// Ports of members that are asleep: nobody else asks what has become of them.
void Network::note_ports() {
  for (const auto& [id, seat] : seats_) {
    const auto member = stack_.members.find(id);
    if (member == stack_.members.end() || !member->second->record.asleep || member->second->is_alive())
      continue;
    try {
      auto ports = published_ports(seat, gateway_.applied());
      if (ports == member->second->record.ports) continue;
      member->second->record.ports = std::move(ports);
    } catch (const std::runtime_error& error) {
      member->second->failure = error.what();
      member->second->record.error = error.what();
      member->second->record.asleep = false;
      member->second->goal = Goal::stopped;
    }
    stack_.changed_state(*member->second);
  }
}

void Network::redirect_ports() {
  std::set<std::string> services;
  for (const auto& [id, seat] : seats_)
    if (seat.service.access.nat) services.insert(seat.service.name);
  if (services.empty()) return way_out_.publish({});
  const network::Snapshot snapshot = network::snapshot_of(seats_, networks_, ipv6_routed_);
  way_out_.publish(network::redirections_of(snapshot, gateway_.applied(), services));
}

asio::awaitable<void> Network::close() {
  if (!project_) co_return;
  way_out_.close();
  stack_.keeper.drop(kKeptNamespace);
  gateway_.quit();
  project_.reset();
  shared_.close();
  host_names_.update({});
  for (const auto& [name, network] : networks_)
    if (!network.subnets.empty() && !network.shared) stack_.tell("Network", name, "Removed");
  networks_.clear();
  seats_.clear();
  plan_.clear();
  written_plan_.clear();
  ::unlink(stack_.paths.network_file().c_str());
}

}  // namespace orchestrator::supervisor
