#include "orchestrator/network/inside.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "orchestrator/network/constants.hpp"
#include "runtime/netlink/address_news.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/netlink/nftables.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

bool has_ipv6(const Interface& one) {
  return std::any_of(one.addresses.begin(), one.addresses.end(),
                     [](const InterfaceAddress& address) { return address.ip.family == AF_INET6; });
}

bool any_has_ipv6(const std::vector<Interface>& interfaces) {
  return std::any_of(interfaces.begin(), interfaces.end(), has_ipv6);
}

void configure(netlink::Socket& routes, const Interface& one) {
  const int index = netlink::index_of(routes, one.name);
  std::vector<netlink::Message> settings;
  for (const InterfaceAddress& address : one.addresses)
    settings.push_back(netlink::add_address(index, address.ip.text() + "/" + std::to_string(address.length)));
  settings.push_back(netlink::set_up(index));
  for (const Ip& gateway : one.gateways)
    settings.push_back(netlink::add_default_route(index, gateway.text()));
  routes.transact(std::move(settings));
}

/// "net.ipv4.conf.eth0.log_martians" is "ipv4/conf/eth0/log_martians".
std::string sysctl_path(std::string name) {
  name.erase(0, std::string("net.").size());
  std::replace(name.begin(), name.end(), '.', '/');
  return name;
}

sys::unique_fd bind_resolver(int type, std::uint16_t port) {
  sys::unique_fd socket(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) sys::throw_errno("open a resolver socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, std::string(kDnsAddress).c_str(), &address.sin_addr);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    sys::throw_errno("bind a resolver socket");
  return socket;
}

std::uint16_t port_of(const sys::unique_fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    sys::throw_errno("ask for the port of a resolver socket");
  return ntohs(address.sin_port);
}

}  // namespace

netlink::Socket socket_inside(int network_namespace, int protocol) {
  std::optional<netlink::Socket> socket;
  netlink::inside_network(network_namespace, [&] { socket.emplace(protocol); });
  return std::move(*socket);
}

void set_sysctl(const std::string& name, const std::string& value) {
  const std::string path = "/proc/sys/net/" + name;
  if (sys::exists(path)) sys::write_control(path, value);
}

void keep_ipv6_on_loopback() { set_sysctl("ipv6/conf/default/disable_ipv6", "1"); }

void enable_ipv6_on(const std::string& link) {
  const std::string base = "ipv6/conf/" + link + "/";
  set_sysctl(base + "accept_dad", "0");  // 1.7 s until the link-local address may be used
  set_sysctl(base + "accept_ra", "0");   // nobody advertises here but who should not
  set_sysctl(base + "disable_ipv6", "0");
}

void prepare_container(int container_namespace, const std::vector<Interface>& interfaces) {
  netlink::inside_network(container_namespace, [&] {
    if (!any_has_ipv6(interfaces)) return keep_ipv6_on_loopback();
    set_sysctl("ipv6/conf/default/accept_dad", "0");
    set_sysctl("ipv6/conf/default/accept_ra", "0");
    set_sysctl("ipv6/conf/default/disable_ipv6", "0");
  });
}

void configure_container(int container_namespace, const std::vector<Interface>& interfaces) {
  netlink::inside_network(container_namespace, [&] {
    netlink::Socket routes(NETLINK_ROUTE);
    const bool some_have_ipv6 = any_has_ipv6(interfaces);
    std::optional<netlink::AddressNews> news;
    if (some_have_ipv6) news.emplace();
    std::vector<std::string> awaited;
    for (const Interface& one : interfaces) {
      for (const InterfaceAddress& address : one.addresses)
        if (address.ip.family == AF_INET6) awaited.push_back(address.ip.text());
      if (some_have_ipv6 && !has_ipv6(one)) set_sysctl("ipv6/conf/" + one.name + "/disable_ipv6", "1");
      configure(routes, one);
      if (has_ipv6(one)) netlink::settle(routes, one.name);  // its routes come with the carrier
      for (const auto& [name, value] : one.sysctls)
        sys::write_control("/proc/sys/net/" + sysctl_path(name), value);
    }
    if (news) news->wait_for(awaited, kUntilAddressesAreUsed);
  });
}

ResolverSockets open_resolver(int container_namespace) {
  ResolverSockets sockets;
  netlink::inside_network(container_namespace, [&] {
    sockets.udp = bind_resolver(SOCK_DGRAM, 0);
    sockets.tcp = bind_resolver(SOCK_STREAM, port_of(sockets.udp));
    if (::listen(sockets.tcp.get(), 16) != 0) sys::throw_errno("listen on a resolver socket");
    netlink::Socket tables(NETLINK_NETFILTER);
    netlink::redirect_dns(tables, std::string(kDnsAddress), port_of(sockets.udp), port_of(sockets.tcp));
    sockets.rules = std::move(tables).release();
  });
  return sockets;
}

}  // namespace orchestrator::network
