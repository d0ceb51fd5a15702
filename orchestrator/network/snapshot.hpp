// From what is known of the instances to what the gateway is told. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/network/address_plan.hpp"
#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/memberships.hpp"

namespace orchestrator::network {

/// How far an instance has come.
enum class Standing {
  absent,     ///< not running, and not going to
  awaited,    ///< going to run
  connected,  ///< its interfaces are there
  reachable,  ///< others may speak to it
};

/// An instance and its interfaces.
struct Seat {
  std::string id{};         ///< "web-1"
  std::string container{};  ///< "app-web-1"
  int number = 1;
  project::Service service{};
  std::vector<Membership> memberships{};
  std::map<std::string, AddressPair> addresses{};  ///< by full name of the network; none when not connected
  Standing standing = Standing::absent;
  bool leaving = false;  ///< another one has taken over its ports
  bool serves = true;    ///< its published ports lead to it: false until it is healthy for the first time
};
/// Clients of its ports wait while it does not run.
bool holds_clients(const project::Service& service);

/// A network that instances are in.
struct KnownNetwork {
  std::vector<Subnet> subnets{};
  bool internal = false;
  bool shared = false;            ///< in a namespace of its own: its bridge is not the gateway's
  std::set<std::string> names{};  ///< of the stack, whether or not anybody runs by them
  std::map<std::string, std::vector<std::string>> foreign{};  ///< names of other projects' instances
  std::map<std::string, std::string> foreign_pointers{};      ///< address → "app-web-1"
};

/// Names it in the gateway's answers; the containers that share a port share the key, and so does one that
/// takes over from another.
std::string port_key(const Seat& seat, const project::Port& port);
/// Where the gateway sends clients of its TCP ports: "10.89.1.1:80".
std::vector<std::string> targets_of(const Seat& seat);
/// Where the stack file publishes a port: with the network's `host_binding_ipv4` where it says no address.
project::Port bound_port(const Seat& seat, project::Port port);

/// Everything but the generation.
Snapshot snapshot_of(const std::map<std::string, Seat>& seats,
                     const std::map<std::string, KnownNetwork>& networks, bool ipv6_routed);

}  // namespace orchestrator::network
