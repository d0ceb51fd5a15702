#include "network_box.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"

namespace network_test {

namespace netlink = runtime::netlink;
namespace network = orchestrator::network;
using runtime::sys::unique_fd;

namespace {

std::string text_of(int (*name_of)(int, sockaddr*, socklen_t*), const unique_fd& socket) {
  SocketName name{.size = sizeof(sockaddr_storage)};
  EXPECT_EQ(name_of(socket.get(), reinterpret_cast<sockaddr*>(&name.storage), &name.size), 0);
  sockaddr_in in{};
  sockaddr_in6 in6{};
  std::memcpy(&in, &name.storage, sizeof in);
  std::memcpy(&in6, &name.storage, sizeof in6);
  const bool is_v6 = name.storage.ss_family == AF_INET6;
  const network::Ip ip = is_v6 ? network::Ip::v6(&in6.sin6_addr) : network::Ip::v4(&in.sin_addr);
  return (ip.family == AF_INET6 ? "[" + ip.text() + "]" : ip.text()) + ":" +
         std::to_string(ntohs(is_v6 ? in6.sin6_port : in.sin_port));
}

}  // namespace

Box::Box() : network(netlink::new_network_namespace()) {
  netlink::inside_network(network.get(), [] {
    netlink::Socket routes(NETLINK_ROUTE);
    routes.transact(netlink::set_up(netlink::index_of(routes, "lo")));
  });
}

unique_fd socket_in(int network, int type, int family) {
  unique_fd result;
  netlink::inside_network(network, [&] { result.reset(::socket(family, type | SOCK_CLOEXEC, 0)); });
  return result;
}

unique_fd Box::socket(int type, int family) const { return socket_in(network.get(), type, family); }

SocketName endpoint(const std::string& address, std::uint16_t port) {
  SocketName result;
  const network::Ip ip = network::Ip::parse(address).value();
  sockaddr_in in{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  if (ip.family == AF_INET) {
    std::memcpy(&in.sin_addr, ip.bytes.data(), sizeof in.sin_addr);
    std::memcpy(&result.storage, &in, sizeof in);
    result.size = sizeof in;
  } else {
    std::memcpy(&in6.sin6_addr, ip.bytes.data(), sizeof in6.sin6_addr);
    std::memcpy(&result.storage, &in6, sizeof in6);
    result.size = sizeof in6;
  }
  return result;
}

std::string local_end(const unique_fd& socket) { return text_of(::getsockname, socket); }
std::string peer_end(const unique_fd& socket) { return text_of(::getpeername, socket); }

unique_fd listen_in(int network, const std::string& address, std::uint16_t port, bool transparent) {
  const SocketName at = endpoint(address, port);
  const int family = at.storage.ss_family;
  unique_fd socket = socket_in(network, SOCK_STREAM, family);
  const int on = 1;
  if (transparent) {
    EXPECT_EQ(family == AF_INET ? ::setsockopt(socket.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on)
                                : ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_TRANSPARENT, &on, sizeof on),
              0);
  }
  if (family == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  EXPECT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
  EXPECT_EQ(::bind(socket.get(), at.get(), at.size), 0);
  EXPECT_EQ(::listen(socket.get(), 8), 0);
  return socket;
}

unique_fd accept_one(const unique_fd& server) {
  return unique_fd(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

Attempt connect_from(const Box& box, const std::string& address, std::uint16_t port) {
  const SocketName to = endpoint(address, port);
  Attempt attempt{.socket = box.socket(SOCK_STREAM, to.storage.ss_family)};
  const timeval patience{.tv_sec = 0, .tv_usec = 300'000};
  ::setsockopt(attempt.socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(attempt.socket.get(), to.get(), to.size) != 0) attempt.error = errno;
  return attempt;
}

network::BridgeNetwork bridge(const std::string& name, const std::vector<std::string>& subnets,
                              bool internal) {
  network::BridgeNetwork result{.name = name, .internal = internal};
  for (const std::string& text : subnets) {
    const network::Prefix prefix = network::Prefix::parse(text).value();
    result.subnets.push_back({.prefix = prefix, .gateway = network::default_gateway(prefix)});
  }
  return result;
}

network::Interface interface(const std::string& of, const std::string& name,
                             const std::vector<std::string>& addresses,
                             const std::vector<std::string>& gateways) {
  network::Interface result{.network = of, .name = name, .gateways = network::parse_ips(gateways)};
  for (const std::string& text : addresses) {
    const auto slash = text.find('/');
    result.addresses.push_back({.ip = network::Ip::parse(text.substr(0, slash)).value(),
                                .length = std::stoi(text.substr(slash + 1))});
  }
  return result;
}

}  // namespace network_test
