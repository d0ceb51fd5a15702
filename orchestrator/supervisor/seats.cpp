#include "orchestrator/supervisor/seats.hpp"

#include <stdexcept>

namespace orchestrator::supervisor {

using network::AddressPair;
using network::Seat;
using network::Standing;
using state::Health;
using state::Phase;

namespace {

Standing standing_of(const Member& member, bool connected) {
  if (!connected) {
    const bool awaited = member.goal == Goal::running || member.replacement || member.restart_requested;
    return awaited ? Standing::awaited : Standing::absent;
  }
  const Phase phase = member.record.phase;
  if (member.steps_back()) return Standing::connected;
  // In a network that outlives its owner others serve.
  const bool lives = phase == Phase::running || phase == Phase::paused || member.network_namespace;
  if (!lives) return Standing::connected;
  const Health health = member.record.health;
  const bool hidden =
      member.definition->service.access.healthy_only && health != Health::healthy && health != Health::none;
  return hidden ? Standing::connected : Standing::reachable;
}

/// Clients that can wait do so until it is healthy; it keeps those it has when it is not any longer.
bool serves(const Member& member) {
  return !network::holds_clients(member.definition->service) || member.record.health != Health::starting;
}

}  // namespace

bool is_leaving(const Member& member) {
  return member.retiring ||
         (member.record.phase == Phase::stopping && network::holds_clients(member.definition->service));
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

Seat seat_of(const Member& member, const std::map<std::string, project::Network>& networks, bool connected) {
  const Definition& definition = *member.definition;
  Seat seat{.id = member.record.id,
            .container = member.record.name,
            .number = member.record.number,
            .service = definition.service,
            .memberships = network::memberships_of(definition.project.name, networks, definition.service),
            .standing = standing_of(member, connected),
            .leaving = is_leaving(member),
            .serves = serves(member)};
  for (const network::Membership& one : seat.memberships)
    if (const AddressPair addresses = addresses_in(member, one.network.name); !addresses.empty())
      seat.addresses[one.network.name] = addresses;
  return seat;
}

bool update(Seat& seat, const Member& member, bool connected) {
  const Standing standing = standing_of(member, connected);
  const bool now_serves = serves(member);
  const bool leaving = is_leaving(member);
  const bool changed = standing != seat.standing || now_serves != seat.serves || leaving != seat.leaving;
  seat.standing = standing;
  seat.leaving = leaving;
  seat.serves = now_serves;
  return changed;
}

std::vector<state::PublishedPort> published_ports(const Seat& seat, const network::Applied& applied) {
  std::vector<state::PublishedPort> ports;
  for (const project::Port& wanted : seat.service.ports) {
    const project::Port port = network::bound_port(seat, wanted);
    for (const network::PortResult& result : applied.ports) {
      if (result.key != network::port_key(seat, port)) continue;
      if (!result.error.empty()) throw std::runtime_error(result.error);
      ports.push_back({.host_ip = port.host_ip.empty() ? "0.0.0.0" : port.host_ip,
                       .host_port = result.host_port,
                       .container_port = port.target,
                       .protocol = port.protocol});
    }
  }
  return ports;
}

}  // namespace orchestrator::supervisor
