// Published ports as the stack file wants them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "orchestrator/project/project.hpp"

namespace orchestrator::network {

/// Ports of the host; first 0: whichever is free.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;  ///< the same as `first` where there is no choice
  friend bool operator==(const PortRange&, const PortRange&) = default;
};
/// "", "8080", "8000-8010". Nothing where it makes no sense.
std::optional<PortRange> parse_published(const std::string& text);

/// One listener for all containers of the service, which take turns (`mode: ingress`, the default, with one
/// port of the host); otherwise each has its own.
bool is_shared_port(const project::Port& port);

/// Where a port is published: "127.0.0.1:8080/tcp". Two with one place are the same port of the host.
std::string place_of(const project::Port& port);

}  // namespace orchestrator::network
