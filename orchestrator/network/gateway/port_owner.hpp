// Who holds a port of this host, for the error message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/network/gateway.hpp"

namespace orchestrator::network::gateway {

/// "nginx (pid 812)" or "the project shop": the process that holds the port, as far as /proc shows it.
std::optional<std::string> port_owner(Protocol protocol, std::uint16_t port);

/// Decides only: the inodes of sockets in a table like /proc/net/tcp that are bound to `port`, without those
/// in TIME_WAIT, which nobody holds.
std::vector<std::uint64_t> inodes_bound_to(std::string_view table, std::uint16_t port);

}  // namespace orchestrator::network::gateway
