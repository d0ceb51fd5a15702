// The packets on the gateway's control socket (SOCK_SEQPACKET). A snapshot may be larger than any packet, so
// it travels as a file in memory; sockets travel before it, as many to a packet as fit.
//
//   "sockets\nKEY\nKEY…"  two descriptors for each key: UDP, TCP
//   "snapshot"            one descriptor: a file with the JSON text
//   "quit"
//   "applied"             from the gateway, one descriptor: a file with the JSON text
//   "activity"            the same
#pragma once

#include <cstddef>
#include <string_view>

namespace orchestrator::network {

inline constexpr std::string_view kSocketsMessage = "sockets";
inline constexpr std::string_view kSnapshotMessage = "snapshot";
inline constexpr std::string_view kQuitMessage = "quit";
inline constexpr std::string_view kAppliedMessage = "applied";
inline constexpr std::string_view kActivityMessage = "activity";

/// runtime::sys::send_message carries 16 descriptors.
inline constexpr std::size_t kViewsPerPacket = 8;

}  // namespace orchestrator::network
