// From members to what network/snapshot.hpp knows of them. Looks only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/network/snapshot.hpp"
#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// It lives, and who is still connected to it is waited for.
bool is_leaving(const Member& member);

/// `connected`: its interfaces have been made, and its container is there. `networks` by key, external ones
/// looked up.
network::Seat seat_of(const Member& member, const std::map<std::string, project::Network>& networks,
                      bool connected);
/// What changes while it lives: standing and whether its ports lead to it. True where anything has.
bool update(network::Seat& seat, const Member& member, bool connected);

network::AddressPair addresses_in(const Member& member, const std::string& network);
state::Address written(const std::string& network, const network::AddressPair& addresses);

/// The ports the gateway has opened for the seat. Throws std::runtime_error with the reason why one is not.
std::vector<state::PublishedPort> published_ports(const network::Seat& seat, const network::Applied& applied);

}  // namespace orchestrator::supervisor
