// What the rules of a project's namespace hand to the gateway process, and what they do not; the gateway is a
// transparent socket here.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "network_box.hpp"
#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/inside.hpp"
#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/namespace.hpp"

namespace orchestrator::network {
namespace {

using network_test::accept_one;
using network_test::Attempt;
using network_test::Box;
using network_test::bridge;
using network_test::connect_from;
using network_test::endpoint;
using network_test::interface;
using network_test::listen_in;
using network_test::socket_in;
using runtime::sys::unique_fd;

struct NetworkRules : testing::Test {
  ProjectNetwork project{};
  Box web{};
  Box db{};
  unique_fd way_out{};
  unique_fd way_out6{};

  void SetUp() override {
    project.ensure({bridge("t_front", {"10.89.0.0/16", "fd00:89::/64"}),
                    bridge("t_back", {"10.90.0.0/16", "fd00:90::/64"}, true)});
    attach_to(web,
              interface("t_front", "eth0", {"10.89.1.1/16", "fd00:89::1:1/64"}, {"10.89.0.1", "fd00:89::1"}));
    // With a route of its own making: what a container with CAP_NET_ADMIN could add.
    attach_to(db,
              interface("t_back", "eth0", {"10.90.1.1/16", "fd00:90::1:1/64"}, {"10.90.0.1", "fd00:90::1"}));
    way_out = listen_in(project.fd(), "0.0.0.0", kOutboundPort, true);
    way_out6 = listen_in(project.fd(), "::", kOutboundPort, true);
  }
  void attach_to(const Box& box, const Interface& wanted) {
    attach(box.network.get(), {{.bridges = &project.bridges(), .interface = wanted}});
  }
  /// Where the gateway sees the connection going to; nothing where it sees none.
  static std::optional<std::string> seen_by(const unique_fd& gateway, const Attempt& attempt) {
    if (attempt.error != 0) return std::nullopt;
    return network_test::local_end(accept_one(gateway));
  }
  [[nodiscard]] std::optional<std::string> handed_over(const Attempt& attempt) const {
    return seen_by(way_out, attempt);
  }
  /// A connection as the gateway makes it for a client of a published port.
  [[nodiscard]] unique_fd dial_as(const std::string& client, const std::string& to) const {
    const auto from = endpoint(client, 40'000);
    unique_fd socket = socket_in(project.fd(), SOCK_STREAM, from.storage.ss_family);
    const int on = 1;
    if (from.storage.ss_family == AF_INET)
      ::setsockopt(socket.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on);
    else
      ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_TRANSPARENT, &on, sizeof on);
    EXPECT_EQ(::bind(socket.get(), from.get(), from.size), 0);
    const auto target = endpoint(to, 80);
    EXPECT_EQ(::connect(socket.get(), target.get(), target.size), 0);
    return socket;
  }
};

TEST_F(NetworkRules, ForeignAddressesAreHandedToTheGateway) {
  EXPECT_EQ(handed_over(connect_from(web, "198.51.100.7", 443)), "198.51.100.7:443");
}

TEST_F(NetworkRules, ForeignPortsMayHaveTheGatewaysNumber) {
  EXPECT_EQ(handed_over(connect_from(web, "198.51.100.7", kOutboundPort)), "198.51.100.7:9999");
}

TEST_F(NetworkRules, TheBridgesAddressMeansTheHost) {
  EXPECT_EQ(handed_over(connect_from(web, "10.89.0.1", 5432)), "10.89.0.1:5432");
}

TEST_F(NetworkRules, AnInternalNetworkHasNoWayOut) {
  EXPECT_NE(connect_from(db, "198.51.100.7", 443).error, 0);
  EXPECT_NE(connect_from(db, "198.51.100.7", kOutboundPort).error, 0);
  EXPECT_NE(connect_from(db, "10.90.0.1", 443).error, 0);
}

TEST_F(NetworkRules, TheGatewaysPortIsClosedToDirectConnections) {
  EXPECT_NE(connect_from(db, "10.90.0.1", kOutboundPort).error, 0);
  EXPECT_NE(connect_from(db, "10.89.0.1", kOutboundPort).error, 0);
  EXPECT_NE(connect_from(web, "10.90.0.1", kOutboundPort).error, 0);
}

TEST_F(NetworkRules, AClientKeepsItsAddress) {
  const unique_fd server = listen_in(web.network.get(), "0.0.0.0", 80);
  const unique_fd dialled = dial_as("198.51.100.9", "10.89.1.1");
  EXPECT_EQ(network_test::peer_end(accept_one(server)), "198.51.100.9:40000");
}

TEST_F(NetworkRules, Ipv6IsHandedOverAndKeepsAddressesToo) {
  EXPECT_EQ(seen_by(way_out6, connect_from(web, "2001:db8::7", 443)), "[2001:db8::7]:443");
  EXPECT_EQ(seen_by(way_out6, connect_from(web, "fd00:89::1", 5432)), "[fd00:89::1]:5432");
  const unique_fd server = listen_in(web.network.get(), "::", 80);
  const unique_fd dialled = dial_as("2001:db8::9", "fd00:89::1:1");
  EXPECT_EQ(network_test::peer_end(accept_one(server)), "[2001:db8::9]:40000");
}

TEST_F(NetworkRules, AnInternalNetworkHasNoWayOutByIpv6) {
  EXPECT_NE(connect_from(db, "2001:db8::7", 443).error, 0);
  EXPECT_NE(connect_from(db, "fd00:90::1", 443).error, 0);
  EXPECT_NE(connect_from(db, "fd00:90::1", kOutboundPort).error, 0);
  EXPECT_NE(connect_from(db, "fd00:89::1", kOutboundPort).error, 0);
}

TEST_F(NetworkRules, NetworksStayApartAlsoWhereTheKernelForwards) {
  runtime::netlink::inside_network(project.fd(), [] {
    set_sysctl("ipv4/ip_forward", "1");
    set_sysctl("ipv6/conf/all/forwarding", "1");
  });
  const unique_fd server = listen_in(db.network.get(), "0.0.0.0", 80);
  const unique_fd server6 = listen_in(db.network.get(), "::", 81);
  EXPECT_NE(connect_from(web, "10.90.1.1", 80).error, 0);
  EXPECT_NE(connect_from(web, "fd00:90::1:1", 81).error, 0);
}

TEST_F(NetworkRules, ContainersOfAnInternalNetworkAnswerTheGateway) {
  const unique_fd server = listen_in(db.network.get(), "0.0.0.0", 80);
  const unique_fd dialled = socket_in(project.fd(), SOCK_STREAM, AF_INET);
  const auto to = endpoint("10.90.1.1", 80);
  EXPECT_EQ(::connect(dialled.get(), to.get(), to.size), 0);
}

// Others remember its MAC address for half a minute, and the kernel takes the old one's interface away some
// time after its end: here it has not ended yet.
TEST_F(NetworkRules, ARecreatedContainerIsReachedAtOnceAndTheOldOneIsNot) {
  Box client;
  attach_to(client, interface("t_front", "eth0", {"10.89.2.1/16", "fd00:89::2:1/64"}));
  const Box old;
  attach_to(old, interface("t_front", "eth0", {"10.89.3.1/16", "fd00:89::3:1/64"}));
  const unique_fd forgotten = listen_in(old.network.get(), "0.0.0.0", 80);
  EXPECT_EQ(connect_from(client, "10.89.3.1", 80).error, 0);
  const Box fresh;
  attach_to(fresh, interface("t_front", "eth0", {"10.89.3.1/16", "fd00:89::3:1/64"}));
  const unique_fd server = listen_in(fresh.network.get(), "0.0.0.0", 81);
  const unique_fd server6 = listen_in(fresh.network.get(), "::", 82);
  EXPECT_EQ(connect_from(client, "10.89.3.1", 81).error, 0);
  EXPECT_EQ(connect_from(client, "fd00:89::3:1", 82).error, 0);
  EXPECT_EQ(connect_from(client, "10.89.3.1", 80).error, ECONNREFUSED);
}

TEST_F(NetworkRules, AreMadeForManyNetworks) {
  std::vector<BridgeNetwork> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(bridge("many" + std::to_string(i), {"172.16." + std::to_string(i) + ".0/24"}));
  project.ensure(many);
  EXPECT_EQ(handed_over(connect_from(web, "198.51.100.7", 443)), "198.51.100.7:443");
}

}  // namespace
}  // namespace orchestrator::network
