// The project's network namespace on the real kernel. Nothing of it is ever in the host's namespace.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "network_box.hpp"
#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network {
namespace {

namespace netlink = runtime::netlink;
using network_test::Box;
using network_test::connect_from;
using network_test::endpoint;
using network_test::listen_in;
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
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_EQ(connect_from(two, "10.89.1.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, NetworksAreIsolatedFromEachOther) {
  attach(one, "t_front", "10.89.1.1");
  attach(two, "t_back", "10.90.1.1");
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_NE(connect_from(two, "10.89.1.1", 80).error, 0);
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
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_EQ(connect_from(two, "10.89.1.1", 80).error, 0);
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
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_EQ(connect_from(two, "10.89.1.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, BadMacAddressIsRefused) {
  EXPECT_THROW(project.attach(one.network.get(), {{.network = "t_front", .name = "eth0", .mac = "zz"}}),
               std::invalid_argument);
}

}  // namespace
}  // namespace orchestrator::network
