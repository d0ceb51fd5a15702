#include "orchestrator/network/gateway/bind_port.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "orchestrator/network/gateway/port_owner.hpp"
#include "orchestrator/network/gateway/sockets.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

int socket_type(Protocol protocol) { return protocol == Protocol::tcp ? SOCK_STREAM : SOCK_DGRAM; }

/// `family` AF_INET6 with the unspecified address serves IPv4 as well.
int try_bind(BoundPort& result, const Endpoint& endpoint, Protocol protocol) {
  result.socket = host_socket(result.family, socket_type(protocol));
  const int fd = result.socket.get();
  if (result.family == AF_INET6)
    set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY,
               endpoint.ip.is_unspecified() && endpoint.ip.family == AF_INET ? 0 : 1);
  // Connections of an earlier run in TIME_WAIT must not hold the port. A listener still refuses a second one.
  if (protocol == Protocol::tcp) set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  if (const int error = bind_to(fd, endpoint, result.family)) return error;
  if (protocol == Protocol::tcp && ::listen(fd, SOMAXCONN) != 0) return errno;
  result.port = local_endpoint(fd).port;
  return 0;
}

int try_families(BoundPort& result, const Endpoint& endpoint, bool any_address, Protocol protocol) {
  result.family = any_address ? AF_INET6 : endpoint.ip.family;
  const auto attempt = [&] {
    try {
      return try_bind(result, endpoint, protocol);
    } catch (const std::system_error& error) {
      return sys::errno_of(error);
    }
  };
  const int error = attempt();
  const bool no_ipv6 = error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
  if (!any_address || !no_ipv6) return error;
  result.family = AF_INET;
  return attempt();
}

std::string explain(int error, const PublishedPort& wanted) {
  const std::string host = wanted.host_ip.empty() ? "every address" : wanted.host_ip;
  const char* protocol = wanted.protocol == Protocol::tcp ? "tcp" : "udp";
  if (error == EADDRNOTAVAIL)
    return fmt::format("no interface of this host has the address {} that port {} is to be published on",
                       host, wanted.host_port);
  if (error == EACCES)
    return fmt::format("port {} ({}) needs a privilege: net.ipv4.ip_unprivileged_port_start is above it",
                       wanted.host_port, protocol);
  if (error != EADDRINUSE)
    return fmt::format("port {} ({}) on {}: {}", wanted.host_port, protocol, host,
                       std::generic_category().message(error));
  if (wanted.host_port_last > wanted.host_port)
    return fmt::format("ports {}-{} ({}) on {} are all in use", wanted.host_port, wanted.host_port_last,
                       protocol, host);
  const auto owner = port_owner(wanted.protocol, wanted.host_port);
  return fmt::format("port {} ({}) on {} is in use{}", wanted.host_port, protocol, host,
                     owner ? " by " + *owner : "");
}

}  // namespace

BoundPort bind_port(const PublishedPort& wanted) {
  BoundPort result;
  const bool any_address = wanted.host_ip.empty();
  const auto ip = Ip::parse(any_address ? "0.0.0.0" : wanted.host_ip);
  if (!ip) {
    result.error =
        fmt::format("\"{}\" is not an address to publish port {} on", wanted.host_ip, wanted.host_port);
    return result;
  }
  int error = 0;
  const int last = std::max(wanted.host_port, wanted.host_port_last);
  for (int port = wanted.host_port; port <= last; ++port) {
    const Endpoint endpoint{.ip = *ip, .port = static_cast<std::uint16_t>(port)};
    error = try_families(result, endpoint, any_address, wanted.protocol);
    if (error == 0) return result;
    if (error != EADDRINUSE) break;
  }
  result.socket.reset();
  result.error = explain(error, wanted);
  return result;
}

}  // namespace orchestrator::network::gateway
