// What is set up inside of network namespaces, a container's or the project's: sysctls, addresses, routes,
// the resolver.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "orchestrator/network/bridges.hpp"
#include "runtime/netlink/socket.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network {

runtime::netlink::Socket socket_inside(int network_namespace, int protocol);

/// "ipv4/ip_forward", in the namespace the caller is in. One that the kernel does not have is left out: a new
/// namespace inherits the host's "all" and "default" values, so every one we rely on is written.
void set_sysctl(const std::string& name, const std::string& value);
/// IPv6 is left to the loopback interface until somebody asks for more: link-local addresses would make
/// programs ask for AAAA records and cost every interface its multicast groups.
void keep_ipv6_on_loopback();
/// On this link, in the namespace the caller is in, without waiting for anybody to own the address already.
void enable_ipv6_on(const std::string& link);

/// For IPv6 addresses to be in use (runtime/netlink/address_news.hpp): well below a millisecond as a rule;
/// without it a first packet may be lost, which costs a second.
inline constexpr auto kUntilAddressesAreUsed = std::chrono::milliseconds(300);

/// Before the interfaces are made: whether they come with IPv6.
void prepare_container(int container_namespace, const std::vector<Interface>& interfaces);
/// Addresses, up, routes, sysctls of interfaces that are there.
void configure_container(int container_namespace, const std::vector<Interface>& interfaces);

/// A container's resolver: both sockets on one address, UDP and listening TCP.
struct ResolverSockets {
  runtime::sys::unique_fd udp{};
  runtime::sys::unique_fd tcp{};
  /// What the rule was made with. Close it later: at once, close(2) waits for a grace period of RCU, 10 ms
  /// and more (nft_rcv_nl_event() flushes what the transaction has left to destroy).
  runtime::sys::unique_fd rules{};
};
/// Resolver sockets inside the container, and the rule that leads port 53 of 127.0.0.11 to them.
ResolverSockets open_resolver(int container_namespace);

}  // namespace orchestrator::network
