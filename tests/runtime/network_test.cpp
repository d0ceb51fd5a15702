// The project's network namespace on the real kernel. Nothing of it is ever in the host's namespace.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network {
namespace {

namespace netlink = runtime::netlink;
using runtime::sys::unique_fd;

BridgeNetwork front() {
  return {.name = "t_front", .subnet = parse_prefix("10.89.0.0/16"), .gateway = parse_address("10.89.0.1")};
}
BridgeNetwork back() {
  return {.name = "t_back",
          .subnet = parse_prefix("10.90.0.0/16"),
          .gateway = parse_address("10.90.0.1"),
          .internal = true};
}

/// A network namespace with its loopback up, as a container has it.
struct Box {
  unique_fd network = netlink::new_network_namespace();

  Box() {
    netlink::inside_network(network.get(), [] {
      netlink::Socket routes(NETLINK_ROUTE);
      routes.transact(netlink::set_up(netlink::index_of(routes, "lo")));
    });
  }
  [[nodiscard]] unique_fd socket(int type) const {
    unique_fd result;
    netlink::inside_network(network.get(), [&] { result.reset(::socket(AF_INET, type | SOCK_CLOEXEC, 0)); });
    return result;
  }
};

sockaddr_in endpoint(const std::string& address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &result.sin_addr);
  return result;
}
unique_fd listen_in(const Box& box, const std::string& address) {
  unique_fd socket = box.socket(SOCK_STREAM);
  const sockaddr_in at = endpoint(address, 80);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(::listen(socket.get(), 1), 0);
  return socket;
}
/// 0, or the errno of the attempt.
int connect_from(const Box& box, const std::string& address) {
  const unique_fd socket = box.socket(SOCK_STREAM);
  const timeval patience{.tv_sec = 0, .tv_usec = 300'000};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const sockaddr_in to = endpoint(address, 80);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ? 0 : errno;
}

struct ProjectNetworkTest : testing::Test {
  ProjectNetwork project{};
  Box one{};
  Box two{};

  void SetUp() override { project.ensure({front(), back()}); }
  void attach(const Box& box, const std::string& network, const std::string& address) {
    project.attach(
        box.network.get(),
        {{.network = network, .name = "eth0", .address = parse_address(address), .default_route = true}});
  }
};

TEST_F(ProjectNetworkTest, ContainersOfOneNetworkReachEachOther) {
  attach(one, "t_front", "10.89.1.1");
  attach(two, "t_front", "10.89.2.1");
  const unique_fd server = listen_in(one, "10.89.1.1");
  EXPECT_EQ(connect_from(two, "10.89.1.1"), 0);
}

TEST_F(ProjectNetworkTest, NetworksAreIsolatedFromEachOther) {
  attach(one, "t_front", "10.89.1.1");
  attach(two, "t_back", "10.90.1.1");
  const unique_fd server = listen_in(one, "10.89.1.1");
  EXPECT_NE(connect_from(two, "10.89.1.1"), 0);
}

TEST_F(ProjectNetworkTest, TheHostSeesNothing) {
  attach(one, "t_front", "10.89.1.1");
  netlink::Socket host(NETLINK_ROUTE);
  for (const std::string& prefix : netlink::routed_prefixes(host)) EXPECT_FALSE(prefix.starts_with("10.89."));
}

TEST_F(ProjectNetworkTest, ResolverIsReachedOnPort53) {
  const ResolverSockets sockets = ProjectNetwork::open_resolver(one.network.get());
  const unique_fd client = one.socket(SOCK_DGRAM);
  const sockaddr_in to = endpoint("127.0.0.11", 53);
  ASSERT_EQ(::sendto(client.get(), "hi", 2, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to), 2);
  std::array<char, 8> buffer{};
  ::fcntl(sockets.udp.get(), F_SETFL, 0);
  EXPECT_EQ(::recv(sockets.udp.get(), buffer.data(), buffer.size(), 0), 2);
}

TEST_F(ProjectNetworkTest, IsTakenOverByALaterSupervisor) {
  attach(one, "t_front", "10.89.1.1");
  ProjectNetwork later(runtime::sys::dup(project.fd()));
  later.ensure({front(), back()});
  later.attach(two.network.get(),
               {{.network = "t_front", .name = "eth0", .address = parse_address("10.89.2.1")}});
  const unique_fd server = listen_in(one, "10.89.1.1");
  EXPECT_EQ(connect_from(two, "10.89.1.1"), 0);
}

TEST_F(ProjectNetworkTest, LostNetworkIsRepairedInLivingContainers) {
  attach(one, "t_front", "10.89.1.1");
  project = ProjectNetwork();
  project.ensure({front(), back()});
  // The old interface goes with its namespace, in the kernel's own time.
  for (int tries = 0; tries < 100; ++tries) {
    try {
      attach(one, "t_front", "10.89.1.1");
      break;
    } catch (const std::system_error& error) {
      ASSERT_EQ(runtime::sys::errno_of(error), EEXIST);
      ::usleep(10'000);
    }
  }
  attach(two, "t_front", "10.89.2.1");
  const unique_fd server = listen_in(one, "10.89.1.1");
  EXPECT_EQ(connect_from(two, "10.89.1.1"), 0);
}

TEST_F(ProjectNetworkTest, BadMacAddressIsRefused) {
  EXPECT_THROW(project.attach(one.network.get(), {{.network = "t_front", .name = "eth0", .mac = "zz"}}),
               std::invalid_argument);
}

}  // namespace
}  // namespace orchestrator::network
