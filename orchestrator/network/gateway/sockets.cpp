#include "orchestrator/network/gateway/sockets.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

sys::unique_fd open_home() { return sys::open("/proc/self/ns/net", O_RDONLY); }

sys::unique_fd socket_over_there(int there, int home, int family, int type, int protocol) {
  sys::setns(there, CLONE_NEWNET, "a network namespace of the project");
  const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  const int error = errno;
  // A gateway that cannot come home would open the host's ports in the wrong place.
  if (::setns(home, CLONE_NEWNET) != 0) std::abort();
  if (fd < 0) sys::throw_errno("make a socket in a network namespace of the project", error);
  return sys::unique_fd(fd);
}

}  // namespace

sys::unique_fd host_socket(int family, int type, int protocol) {
  sys::unique_fd socket(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!socket) sys::throw_errno("make a socket");
  return socket;
}

ProjectNamespace::ProjectNamespace(sys::unique_fd netns) : there_(std::move(netns)), home_(open_home()) {}

sys::unique_fd ProjectNamespace::socket(int family, int type, int protocol) const {
  return socket_over_there(there_.get(), home_.get(), family, type, protocol);
}

// socket(7) does not tell of it: see SIOCGSKNS in linux/sockios.h, since Linux 4.10.
sys::unique_fd socket_beside(int other, int family, int type) {
  const sys::unique_fd there(::ioctl(other, SIOCGSKNS));
  if (!there) sys::throw_errno("ask for the network namespace of a socket");
  return socket_over_there(there.get(), open_home().get(), family, type, 0);
}

bool set_option(int socket, int level, int name, int value) {
  return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

void make_transparent(int socket, int family) {
  const bool done = family == AF_INET ? set_option(socket, IPPROTO_IP, IP_TRANSPARENT)
                                      : set_option(socket, IPPROTO_IPV6, IPV6_TRANSPARENT);
  if (!done) sys::throw_errno("make a socket transparent");
}

int bind_to(int socket, const Endpoint& endpoint, int family) {
  const SocketAddress address = endpoint.address(family);
  return ::bind(socket, address.get(), address.length) == 0 ? 0 : errno;
}

int connect_to(int socket, const Endpoint& endpoint) {
  const SocketAddress address = endpoint.address();
  if (::connect(socket, address.get(), address.length) == 0 || errno == EINPROGRESS) return 0;
  return errno;
}

Endpoint local_endpoint(int socket) {
  SocketAddress address;
  if (::getsockname(socket, address.get(), &address.length) != 0)
    sys::throw_errno("ask for a socket's address");
  return Endpoint::from(address);
}

void reset_on_close(int socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

Ip outward_address(int family) {
  // Connecting a datagram socket only asks the routing table (ip(7)); the documentation's own address ranges.
  const Ip outside = *Ip::parse(family == AF_INET ? "203.0.113.1" : "2001:db8::1");
  const sys::unique_fd socket = host_socket(family, SOCK_DGRAM);
  if (connect_to(socket.get(), {.ip = outside, .port = 9}) == 0) return local_endpoint(socket.get()).ip;
  return *Ip::parse(family == AF_INET ? "127.0.0.1" : "::1");
}

}  // namespace orchestrator::network::gateway
