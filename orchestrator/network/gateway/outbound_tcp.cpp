#include <system_error>
#include <utility>

#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/gateway/outbound.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

sys::unique_fd listen_transparent(const ProjectNamespace& project, int family) {
  sys::unique_fd socket = project.socket(family, SOCK_STREAM);
  if (family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  make_transparent(socket.get(), family);
  const Endpoint any{.ip = {.family = family}, .port = kOutboundPort};
  if (const int error = bind_to(socket.get(), any)) sys::throw_errno("bind the way out", error);
  if (::listen(socket.get(), SOMAXCONN) != 0) sys::throw_errno("listen at the way out");
  return socket;
}

}  // namespace

OutboundTcp::OutboundTcp(Loop& loop, Connections& connections, const ProjectNamespace& project, int family)
    : connections_(connections),
      listener_(loop, listen_transparent(project, family),
                [this](sys::unique_fd socket, const Endpoint& container) {
                  accepted(std::move(socket), container);
                }) {}

void OutboundTcp::accepted(sys::unique_fd socket, const Endpoint& container) {
  const Endpoint destination = local_endpoint(socket.get());
  connections_.start(std::move(socket), [outside = surroundings_->outward(container, destination)]() mutable {
    if (!outside) return sys::unique_fd();
    const Endpoint target = *std::exchange(outside, std::nullopt);
    return dial([&] { return host_socket(target.ip.family, SOCK_STREAM); }, target, nullptr);
  });
}

Outbound::Outbound(Loop& loop, Connections& connections, const ProjectNamespace& project) {
  tcp_.push_back(std::make_unique<OutboundTcp>(loop, connections, project, AF_INET));
  udp_.push_back(std::make_unique<OutboundUdp>(loop, project, AF_INET));
  try {
    tcp_.push_back(std::make_unique<OutboundTcp>(loop, connections, project, AF_INET6));
    udp_.push_back(std::make_unique<OutboundUdp>(loop, project, AF_INET6));
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != EAFNOSUPPORT && sys::errno_of(error) != EADDRNOTAVAIL) throw;
  }
  try {
    ping_ = std::make_unique<OutboundPing>(loop, project);
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != EPERM) throw;  // everything else goes without ping
  }
}

void Outbound::update(const std::shared_ptr<const Surroundings>& surroundings) {
  if (ping_) ping_->update(surroundings);
  for (const auto& server : tcp_) server->update(surroundings);
  for (const auto& server : udp_) server->update(surroundings);
}

}  // namespace orchestrator::network::gateway
