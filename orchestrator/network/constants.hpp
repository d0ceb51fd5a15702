// What the rules in the project's network namespace and the gateway process agree on.
#pragma once

#include <cstdint>
#include <string_view>

namespace orchestrator::network {

/// Packets that belong to a transparent socket carry this mark; a rule sends it to kTransparentTable, whose
/// only route delivers everything locally.
inline constexpr std::uint32_t kTransparentMark = 0x6d64;
inline constexpr std::uint32_t kTransparentTable = 100;

/// The way out: TPROXY hands TCP and UDP for foreign addresses to the gateway's sockets on this port of the
/// project's namespace.
inline constexpr std::uint16_t kOutboundPort = 9999;

/// Docker's address of the resolver, which images have built in (nginx: `resolver 127.0.0.11`). The sockets
/// are bound to a port the kernel chooses and :53 is redirected to it, so that a container can still bind
/// 0.0.0.0:53 itself.
inline constexpr std::string_view kDnsAddress = "127.0.0.11";
inline constexpr std::uint16_t kDnsPort = 53;

/// `host-gateway` in `extra_hosts`: the gateway process dials the host itself for this address.
inline constexpr std::string_view kHostGatewayAddress = "169.254.1.2";

}  // namespace orchestrator::network
