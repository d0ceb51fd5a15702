// Ports that the kernel leads to containers (`publish: nat`). Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/network/gateway.hpp"
#include "runtime/netlink/uplink_rules.hpp"

namespace orchestrator::network {

/// Of the ports in `snapshot` those of `services` that somebody serves, where the gateway has opened them: it
/// stays there for who comes from the host itself, and for when nobody serves them. Of two with the same
/// number at different addresses the second is the gateway's alone.
std::vector<runtime::netlink::Redirection> redirections_of(const Snapshot& snapshot, const Applied& applied,
                                                           const std::set<std::string>& services);

}  // namespace orchestrator::network
