// Datagrams with the addresses that recvfrom(2) does not tell: to whom they came, from whom they shall seem.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "orchestrator/network/endpoint.hpp"

namespace orchestrator::network::gateway {

/// The largest UDP payload.
inline constexpr std::size_t kLargestDatagram = 65535;
/// Datagrams of one socket before others get their turn.
inline constexpr int kDatagramsPerTurn = 64;

struct Datagram {
  std::span<const char> data{};  ///< in the caller's buffer
  Endpoint from{};
  Endpoint to{};  ///< the original destination (TPROXY) or, without port, the local address
};

/// What receive() reports in Datagram::to.
enum class Tell { local_address, original_destination };
/// False where the kernel refuses.
bool tell(int socket, int family, Tell what);

/// Nothing where none is waiting or the socket has a pending error.
std::optional<Datagram> receive(int socket, std::span<char> buffer);
/// From the local address `source` (Tell::local_address); lost datagrams are lost.
void send_from(int socket, int family, const Ip& source, const Endpoint& to, std::span<const char> data);

}  // namespace orchestrator::network::gateway
