// Network namespaces as containers have them, and connections between them.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/network/bridges.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace network_test {

/// A network namespace with its loopback up.
struct Box {
  Box();
  runtime::sys::unique_fd network;

  /// socket(2) inside.
  [[nodiscard]] runtime::sys::unique_fd socket(int type, int family = AF_INET) const;
};
runtime::sys::unique_fd socket_in(int network, int type, int family);

/// An address of either family with a port, as the calls want it.
struct SocketName {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
SocketName endpoint(const std::string& address, std::uint16_t port);

/// "8.8.8.8:53", "[fd00::1]:53": the ends of a socket.
std::string local_end(const runtime::sys::unique_fd& socket);
std::string peer_end(const runtime::sys::unique_fd& socket);

/// A TCP socket in the namespace that listens there; its family is the address's.
runtime::sys::unique_fd listen_in(int network, const std::string& address, std::uint16_t port,
                                  bool transparent = false);
runtime::sys::unique_fd accept_one(const runtime::sys::unique_fd& server);

struct Attempt {
  int error = 0;  ///< 0, or the errno: EINPROGRESS where nobody has answered for 300 ms
  runtime::sys::unique_fd socket{};
};
Attempt connect_from(const Box& box, const std::string& address, std::uint16_t port);

/// A network of these subnets, "10.5.0.0/16", "fd00:5::/64", with their first addresses as gateways.
orchestrator::network::BridgeNetwork bridge(const std::string& name, const std::vector<std::string>& subnets,
                                            bool internal = false);
/// An interface of a network with these addresses, "10.5.1.1/16", and default routes.
orchestrator::network::Interface interface(const std::string& network, const std::string& name,
                                           const std::vector<std::string>& addresses,
                                           const std::vector<std::string>& gateways = {});

}  // namespace network_test
