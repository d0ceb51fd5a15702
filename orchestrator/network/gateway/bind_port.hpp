// Takes a port of the host, or says in one sentence why it cannot be had.
#pragma once

#include <string>

#include "orchestrator/network/gateway.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network::gateway {

struct BoundPort {
  runtime::sys::unique_fd socket{};  ///< TCP: listening; empty with an error
  int family = 0;                    ///< of the socket: AF_INET6 takes IPv4 too
  std::uint16_t port = 0;
  std::string error{};
};

/// The first free one of the range that `wanted` allows. Does not throw for what a host may refuse.
BoundPort bind_port(const PublishedPort& wanted);

}  // namespace orchestrator::network::gateway
