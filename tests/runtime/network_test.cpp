// The project's network namespace on the real kernel. Nothing of it is ever in the host's namespace.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "network_box.hpp"
#include "orchestrator/network/inside.hpp"
#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network {
namespace {

namespace netlink = runtime::netlink;
using network_test::Box;
using network_test::bridge;
using network_test::connect_from;
using network_test::endpoint;
using network_test::interface;
using network_test::listen_in;
using runtime::sys::unique_fd;

int mtu_of(const Box& box, const char* name) {
  const unique_fd socket = box.socket(SOCK_DGRAM);
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  EXPECT_EQ(::ioctl(socket.get(), SIOCGIFMTU, &request), 0);
  return request.ifr_mtu;
}

struct ProjectNetworkTest : testing::Test {
  ProjectNetwork project{};
  Box one{};
  Box two{};

  void SetUp() override { project.ensure({front(), back()}); }
  static BridgeNetwork front() { return bridge("t_front", {"10.89.0.0/16"}); }
  static BridgeNetwork back() { return bridge("t_back", {"10.90.0.0/16"}, true); }

  void attach_to(const Box& box, const Interface& wanted) {
    attach(box.network.get(), {{.bridges = &project.bridges(), .interface = wanted}});
  }
  void attach_to(const Box& box, const std::string& network, const std::string& address) {
    attach_to(box, interface(network, "eth0", {address}, {}));
  }
};

TEST_F(ProjectNetworkTest, ContainersOfOneNetworkReachEachOther) {
  attach_to(one, "t_front", "10.89.1.1/16");
  attach_to(two, "t_front", "10.89.2.1/16");
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_EQ(connect_from(two, "10.89.1.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, NetworksAreIsolatedFromEachOther) {
  attach_to(one, interface("t_front", "eth0", {"10.89.1.1/16"}, {"10.89.0.1"}));
  attach_to(two, interface("t_back", "eth0", {"10.90.1.1/16"}, {"10.90.0.1"}));
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_NE(connect_from(two, "10.89.1.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, WhoIsInTwoNetworksReachesBoth) {
  Box three;
  attach(three.network.get(),
         {{.bridges = &project.bridges(), .interface = interface("t_front", "eth0", {"10.89.1.1/16"})},
          {.bridges = &project.bridges(), .interface = interface("t_back", "lan", {"10.90.1.1/16"})}});
  attach_to(one, "t_front", "10.89.2.1/16");
  attach_to(two, "t_back", "10.90.2.1/16");
  const unique_fd front_server = listen_in(one.network.get(), "0.0.0.0", 80);
  const unique_fd back_server = listen_in(two.network.get(), "0.0.0.0", 80);
  EXPECT_EQ(connect_from(three, "10.89.2.1", 80).error, 0);
  EXPECT_EQ(connect_from(three, "10.90.2.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, Ipv6WorksAtOnce) {
  project.ensure({bridge("t_six", {"10.91.0.0/16", "fd00:6::/64"})});
  attach_to(one, "t_six", "fd00:6::1:1/64");
  attach_to(two, "t_six", "fd00:6::2:1/64");
  const unique_fd server = listen_in(one.network.get(), "fd00:6::1:1", 80);
  EXPECT_EQ(connect_from(two, "fd00:6::1:1", 80).error, 0);  // within 300 ms: no duplicate address detection
}

TEST_F(ProjectNetworkTest, AnInterfaceWithoutIpv6HasNone) {
  project.ensure({bridge("t_six", {"fd00:6::/64"})});
  attach(one.network.get(),
         {{.bridges = &project.bridges(), .interface = interface("t_six", "eth0", {"fd00:6::1/64"})},
          {.bridges = &project.bridges(), .interface = interface("t_front", "eth1", {"10.89.1.1/16"})}});
  netlink::inside_network(one.network.get(), [] {
    EXPECT_EQ(runtime::sys::read_file_if_exists("/proc/sys/net/ipv6/conf/eth1/disable_ipv6"), "1\n");
    EXPECT_EQ(runtime::sys::read_file_if_exists("/proc/sys/net/ipv6/conf/eth0/disable_ipv6"), "0\n");
  });
}

TEST_F(ProjectNetworkTest, ContainersMayBeKeptApart) {
  BridgeNetwork apart = bridge("t_apart", {"10.91.0.0/16"});
  apart.isolated = true;
  project.ensure({apart});
  attach_to(one, "t_apart", "10.91.1.1/16");
  attach_to(two, "t_apart", "10.91.2.1/16");
  const unique_fd server = listen_in(one.network.get(), "0.0.0.0", 80);
  EXPECT_NE(connect_from(two, "10.91.1.1", 80).error, 0);
  const unique_fd gateway = network_test::socket_in(project.fd(), SOCK_STREAM, AF_INET);
  const auto to = endpoint("10.91.1.1", 80);
  EXPECT_EQ(::connect(gateway.get(), to.get(), to.size), 0);
}

TEST_F(ProjectNetworkTest, TheMtuIsThatOfTheNetwork) {
  BridgeNetwork small = bridge("t_small", {"10.91.0.0/16"});
  small.mtu = 1400;
  small.bridge = "mybridge";
  project.ensure({small});
  attach_to(one, "t_small", "10.91.1.1/16");
  EXPECT_EQ(mtu_of(one, "eth0"), 1400);
  EXPECT_GT(netlink::index_of(project.bridges().routes(), "mybridge"), 0);
}

TEST_F(ProjectNetworkTest, AnInterfaceMayHaveMoreAddressesAndSysctls) {
  Interface wanted = interface("t_front", "lan0", {"10.89.1.1/16", "169.254.7.7/16"});
  wanted.sysctls = {{"net.ipv4.conf.lan0.log_martians", "1"}};
  attach_to(one, wanted);
  attach_to(two, interface("t_front", "eth0", {"10.89.2.1/16", "169.254.7.8/16"}));
  const unique_fd server = listen_in(one.network.get(), "169.254.7.7", 80);
  EXPECT_EQ(connect_from(two, "169.254.7.7", 80).error, 0);
  netlink::inside_network(one.network.get(), [] {
    EXPECT_EQ(runtime::sys::read_file_if_exists("/proc/sys/net/ipv4/conf/lan0/log_martians"), "1\n");
  });
}

TEST_F(ProjectNetworkTest, TheHostSeesNothing) {
  attach_to(one, "t_front", "10.89.1.1/16");
  netlink::Socket host(NETLINK_ROUTE);
  for (const std::string& prefix : netlink::routed_prefixes(host)) EXPECT_FALSE(prefix.starts_with("10.89."));
}

TEST_F(ProjectNetworkTest, ResolverIsReachedOnPort53) {
  const ResolverSockets sockets = open_resolver(one.network.get());
  const unique_fd client = one.socket(SOCK_DGRAM);
  const auto to = endpoint("127.0.0.11", 53);
  ASSERT_EQ(::sendto(client.get(), "hi", 2, 0, to.get(), to.size), 2);
  std::array<char, 8> buffer{};
  ::fcntl(sockets.udp.get(), F_SETFL, 0);
  EXPECT_EQ(::recv(sockets.udp.get(), buffer.data(), buffer.size(), 0), 2);
}

TEST_F(ProjectNetworkTest, IsTakenOverByALaterSupervisor) {
  attach_to(one, "t_front", "10.89.1.1/16");
  ProjectNetwork later(runtime::sys::dup(project.fd()));
  later.ensure({front(), back()});
  attach(two.network.get(),
         {{.bridges = &later.bridges(), .interface = interface("t_front", "eth0", {"10.89.2.1/16"})}});
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_EQ(connect_from(two, "10.89.1.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, LostNetworkIsRepairedInLivingContainers) {
  attach_to(one, "t_front", "10.89.1.1/16");
  project = ProjectNetwork();
  project.ensure({front(), back()});
  // The old interface goes with its namespace, in the kernel's own time.
  for (int tries = 0; tries < 100; ++tries) {
    try {
      attach_to(one, "t_front", "10.89.1.1/16");
      break;
    } catch (const std::system_error& error) {
      ASSERT_EQ(runtime::sys::errno_of(error), EEXIST);
      ::usleep(10'000);
    }
  }
  attach_to(two, "t_front", "10.89.2.1/16");
  const unique_fd server = listen_in(one.network.get(), "10.89.1.1", 80);
  EXPECT_EQ(connect_from(two, "10.89.1.1", 80).error, 0);
}

TEST_F(ProjectNetworkTest, BadMacAddressIsRefused) {
  Interface wanted = interface("t_front", "eth0", {"10.89.1.1/16"});
  wanted.mac = "zz";
  EXPECT_THROW(attach_to(one, wanted), std::invalid_argument);
}

TEST_F(ProjectNetworkTest, LinksTellWhoseTheyAre) {
  Interface wanted = interface("t_front", "eth0", {"10.89.1.1/16"});
  wanted.alias = "app/web-1";
  attach_to(one, wanted);
  const auto aliases = netlink::link_aliases(project.bridges().routes());
  ASSERT_EQ(aliases.size(), 1U);
  EXPECT_EQ(aliases.begin()->second, "app/web-1");
}

}  // namespace
}  // namespace orchestrator::network
