// Sockets of the gateway, non-blocking and close-on-exec, in either of its two network namespaces.
#pragma once

#include "orchestrator/network/endpoint.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network::gateway {

/// socket(2) in the host's namespace, where the process lives. Throws std::system_error.
runtime::sys::unique_fd host_socket(int family, int type, int protocol = 0);

/// The project's network namespace.
class ProjectNamespace {
 public:
  explicit ProjectNamespace(runtime::sys::unique_fd netns);

  /// socket(2) over there. A socket keeps the namespace it was born in, so the thread is gone from home only
  /// for the call: two setns(2), 3 us together where the socket itself costs 6. Throws std::system_error.
  [[nodiscard]] runtime::sys::unique_fd socket(int family, int type, int protocol = 0) const;

 private:
  runtime::sys::unique_fd there_;
  runtime::sys::unique_fd home_;
};

/// socket(2) in the network namespace of `other`. Throws std::system_error.
runtime::sys::unique_fd socket_beside(int other, int family, int type);

/// setsockopt(2) of a number; false where the kernel refuses.
bool set_option(int socket, int level, int name, int value = 1);

/// May be bound to addresses that are not ours (IP_TRANSPARENT, IPV6_TRANSPARENT). Throws std::system_error.
void make_transparent(int socket, int family);

/// 0 or the errno of bind(2).
int bind_to(int socket, const Endpoint& endpoint, int family = AF_UNSPEC);
/// 0 or the errno of connect(2); one that is under way counts as 0.
int connect_to(int socket, const Endpoint& endpoint);
/// A TCP connection to `target` under way, from `source` where that is possible; empty where it failed.
/// `make_socket` gives the socket to dial with.
template <class MakeSocket>
runtime::sys::unique_fd dial(MakeSocket make_socket, const Endpoint& target, const Endpoint* source) {
  // The same client port towards two of our ports, or one still in TIME_WAIT, can clash: then without source.
  for (; source != nullptr; source = nullptr) {
    runtime::sys::unique_fd socket = make_socket();
    make_transparent(socket.get(), target.ip.family);
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
    if (bind_to(socket.get(), *source) == 0 && connect_to(socket.get(), target) == 0) return socket;
  }
  runtime::sys::unique_fd socket = make_socket();
  if (connect_to(socket.get(), target) != 0) socket.reset();
  return socket;
}

Endpoint local_endpoint(int socket);
/// Closing sends a reset, so that the peer learns that this was no orderly end.
void reset_on_close(int socket);

/// The host's own address towards the outside, without a route there its loopback address.
Ip outward_address(int family);

}  // namespace orchestrator::network::gateway
