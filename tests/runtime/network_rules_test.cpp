// What the rules of a project's namespace hand to the gateway process, and what they do not; the gateway is a
// transparent socket here.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "network_box.hpp"
#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/namespace.hpp"

namespace orchestrator::network {
namespace {

using network_test::Attempt;
using network_test::Box;
using network_test::connect_from;
using network_test::endpoint;
using network_test::listen_in;
using runtime::sys::unique_fd;

/// "8.8.8.8:53", the local end of a socket.
std::string local_end(const unique_fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return address_text(ntohl(address.sin_addr.s_addr)) + ":" + std::to_string(ntohs(address.sin_port));
}

struct NetworkRules : testing::Test {
  ProjectNetwork project{};
  Box web{};
  Box db{};
  unique_fd way_out{};

  void SetUp() override {
    project.ensure(
        {{.name = "t_front", .subnet = parse_prefix("10.89.0.0/16"), .gateway = parse_address("10.89.0.1")},
         {.name = "t_back",
          .subnet = parse_prefix("10.90.0.0/16"),
          .gateway = parse_address("10.90.0.1"),
          .internal = true}});
    project.attach(web.network.get(), {{.network = "t_front",
                                        .name = "eth0",
                                        .address = parse_address("10.89.1.1"),
                                        .default_route = true}});
    // With a route of its own making: what a container with CAP_NET_ADMIN could add.
    project.attach(db.network.get(), {{.network = "t_back",
                                       .name = "eth0",
                                       .address = parse_address("10.90.1.1"),
                                       .default_route = true}});
    way_out = listen_in(project.fd(), "0.0.0.0", kOutboundPort, true);
  }
  /// Where the gateway sees the connection going to; nothing where it sees none.
  std::optional<std::string> handed_over(const Attempt& attempt) const {
    if (attempt.error != 0) return std::nullopt;
    const unique_fd accepted(::accept4(way_out.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return local_end(accepted);
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
  unique_fd dialled;
  runtime::netlink::inside_network(project.fd(),
                                   [&] { dialled.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
  const int on = 1;
  ASSERT_EQ(::setsockopt(dialled.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on), 0);
  const sockaddr_in client = endpoint("198.51.100.9", 40'000);
  ASSERT_EQ(::bind(dialled.get(), reinterpret_cast<const sockaddr*>(&client), sizeof client), 0);
  const sockaddr_in to = endpoint("10.89.1.1", 80);
  ASSERT_EQ(::connect(dialled.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  sockaddr_in seen{};
  socklen_t size = sizeof seen;
  const unique_fd accepted(::accept4(server.get(), reinterpret_cast<sockaddr*>(&seen), &size, SOCK_CLOEXEC));
  EXPECT_EQ(address_text(ntohl(seen.sin_addr.s_addr)), "198.51.100.9");
}

TEST_F(NetworkRules, ContainersOfAnInternalNetworkAnswerTheGateway) {
  const unique_fd server = listen_in(db.network.get(), "0.0.0.0", 80);
  unique_fd dialled;
  runtime::netlink::inside_network(project.fd(),
                                   [&] { dialled.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
  const sockaddr_in to = endpoint("10.90.1.1", 80);
  EXPECT_EQ(::connect(dialled.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
}

// Long before the half minute for which others remember a MAC address; until the kernel has taken the old
// one's interface away (15 to 60 ms), that one may answer.
TEST_F(NetworkRules, ARecreatedContainerIsReachedSoon) {
  Box client;
  project.attach(client.network.get(),
                 {{.network = "t_front", .name = "eth0", .address = parse_address("10.89.2.1")}});
  const auto reach_new_one = [&] {
    const Box box;
    project.attach(box.network.get(),
                   {{.network = "t_front", .name = "eth0", .address = parse_address("10.89.3.1")}});
    const unique_fd server = listen_in(box.network.get(), "0.0.0.0", 80);
    int error = ETIMEDOUT;
    for (int tries = 0; tries < 100 && error != 0; ++tries) {
      if (tries > 0) ::usleep(10'000);
      error = connect_from(client, "10.89.3.1", 80).error;
    }
    return error;
  };
  EXPECT_EQ(reach_new_one(), 0);
  EXPECT_EQ(reach_new_one(), 0);
}

TEST_F(NetworkRules, AreMadeForManyNetworks) {
  std::vector<BridgeNetwork> many;
  for (std::uint32_t i = 0; i < 100; ++i)
    many.push_back({.name = "many" + std::to_string(i),
                    .subnet = {.base = parse_address("172.16.0.0") + (i << 8), .length = 24},
                    .gateway = parse_address("172.16.0.1") + (i << 8)});
  project.ensure(many);
  EXPECT_EQ(handed_over(connect_from(web, "198.51.100.7", 443)), "198.51.100.7:443");
}

}  // namespace
}  // namespace orchestrator::network
