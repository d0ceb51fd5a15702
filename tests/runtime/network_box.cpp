#include "network_box.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"

namespace network_test {

namespace netlink = runtime::netlink;
using runtime::sys::unique_fd;

Box::Box() : network(netlink::new_network_namespace()) {
  netlink::inside_network(network.get(), [] {
    netlink::Socket routes(NETLINK_ROUTE);
    routes.transact(netlink::set_up(netlink::index_of(routes, "lo")));
  });
}

unique_fd Box::socket(int type) const {
  unique_fd result;
  netlink::inside_network(network.get(), [&] { result.reset(::socket(AF_INET, type | SOCK_CLOEXEC, 0)); });
  return result;
}

sockaddr_in endpoint(const std::string& address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &result.sin_addr);
  return result;
}

unique_fd listen_in(int network, const std::string& address, std::uint16_t port, bool transparent) {
  unique_fd socket;
  netlink::inside_network(network, [&] { socket.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
  const int on = 1;
  if (transparent) {
    EXPECT_EQ(::setsockopt(socket.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on), 0);
  }
  EXPECT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
  const sockaddr_in at = endpoint(address, port);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(::listen(socket.get(), 8), 0);
  return socket;
}

Attempt connect_from(const Box& box, const std::string& address, std::uint16_t port) {
  Attempt attempt{.socket = box.socket(SOCK_STREAM)};
  const timeval patience{.tv_sec = 0, .tv_usec = 300'000};
  ::setsockopt(attempt.socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const sockaddr_in to = endpoint(address, port);
  if (::connect(attempt.socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    attempt.error = errno;
  return attempt;
}

}  // namespace network_test
