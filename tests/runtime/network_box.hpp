// Network namespaces as containers have them, and connections between them.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace network_test {

/// A network namespace with its loopback up.
struct Box {
  Box();
  runtime::sys::unique_fd network;

  /// socket(2) inside, IPv4.
  [[nodiscard]] runtime::sys::unique_fd socket(int type) const;
};

sockaddr_in endpoint(const std::string& address, std::uint16_t port);

/// A TCP socket in the namespace that listens there.
runtime::sys::unique_fd listen_in(int network, const std::string& address, std::uint16_t port,
                                  bool transparent = false);

struct Attempt {
  int error = 0;  ///< 0, or the errno: EINPROGRESS where nobody has answered for 300 ms
  runtime::sys::unique_fd socket{};
};
Attempt connect_from(const Box& box, const std::string& address, std::uint16_t port);

}  // namespace network_test
