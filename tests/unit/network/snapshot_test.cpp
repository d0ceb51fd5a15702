// What the gateway is told of the instances.
#include "orchestrator/network/snapshot.hpp"

#include <gmock/gmock.h>

namespace orchestrator::network {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Services in networks front (10.5.0.0/16, fd00:5::/64) and back (10.6.0.0/16, internal).
struct Stack {
  std::map<std::string, Seat> seats{};
  std::map<std::string, KnownNetwork> networks{
      {"app_front", {.subnets = {subnet("10.5.0.0/16"), subnet("fd00:5::/64")}}},
      {"app_back", {.subnets = {subnet("10.6.0.0/16")}, .internal = true}}};

  static Subnet subnet(const std::string& text) {
    const Prefix prefix = Prefix::parse(text).value();
    return {.prefix = prefix, .gateway = default_gateway(prefix)};
  }
  Seat& add(const std::string& id, const std::string& service, const std::string& ipv4,
            const std::string& ipv6 = "") {
    Seat& seat = seats[id];
    seat = {.id = id, .container = "app-" + id, .number = id.back() - '0', .service = {.name = service}};
    seat.memberships = {
        {.network = {.key = "front", .name = "app_front"}, .default_ipv4 = true, .default_ipv6 = true}};
    seat.addresses = {{"app_front", address_pair(ipv4, ipv6)}};
    seat.standing = Standing::reachable;
    return seat;
  }
  [[nodiscard]] Snapshot snapshot() const { return snapshot_of(seats, networks, true); }
  [[nodiscard]] NetworkNames front() const {
    for (const NetworkNames& network : snapshot().networks)
      if (network.name == "app_front") return network;
    return {};
  }
};

TEST(Snapshot, NamesLeadToThoseWhoRun) {
  Stack stack;
  stack.add("web-1", "web", "10.5.1.1", "fd00:5::1");
  stack.add("web-2", "web", "10.5.1.2").standing = Standing::connected;
  stack.networks["app_front"].names = {"later"};
  const NetworkNames front = stack.front();
  EXPECT_THAT(front.names.at("web"), ElementsAre("10.5.1.1", "fd00:5::1"));
  EXPECT_THAT(front.names.at("app-web-2"), IsEmpty());
  EXPECT_THAT(front.names.at("later"), IsEmpty());
  EXPECT_THAT(front.pointers,
              ElementsAre(testing::Pair("10.5.1.1", "app-web-1"), testing::Pair("fd00:5::1", "app-web-1")));
  EXPECT_THAT(front.gateways, ElementsAre("10.5.0.1", "fd00:5::1"));
}

TEST(Snapshot, OfASharedNetworkHasForeignNamesAndNoGateway) {
  Stack stack;
  KnownNetwork& front = stack.networks["app_front"];
  front.shared = true;
  front.foreign = {{"proxy", {"10.5.9.1"}}};
  front.foreign_pointers = {{"10.5.9.1", "other-proxy-1"}};
  EXPECT_THAT(stack.front().names.at("proxy"), ElementsAre("10.5.9.1"));
  EXPECT_THAT(stack.front().gateways, IsEmpty());
}

TEST(Snapshot, AForeignNameIsNeverMixedWithOnesOwn) {
  Stack stack;
  stack.add("db-1", "db", "10.5.1.1");
  stack.networks["app_front"].foreign = {{"db", {"10.5.9.1"}}};
  EXPECT_THAT(stack.front().names.at("db"), ElementsAre("10.5.1.1"));
  stack.seats["db-1"].standing = Standing::absent;
  EXPECT_THAT(stack.front().names.at("db"), IsEmpty());
}

TEST(Snapshot, ContainersOfAServiceTakeTurnsAtOnePort) {
  Stack stack;
  for (const char* id : {"web-2", "web-1"})
    stack.add(id, "web", std::string("10.5.1.") + std::string(id).back()).service.ports = {
        {.target = 80, .published = "8080"}};
  ASSERT_EQ(stack.snapshot().ports.size(), 1U);
  EXPECT_EQ(stack.snapshot().ports[0].key, "web :8080/tcp");
  EXPECT_THAT(stack.snapshot().ports[0].targets, ElementsAre("10.5.1.1:80", "10.5.1.2:80"));
}

TEST(Snapshot, EachContainerHasItsOwnPortOfARange) {
  Stack stack;
  for (const char* id : {"web-1", "web-2"})
    stack.add(id, "web", "10.5.1.1").service.ports = {{.target = 80, .published = "8000-8009"}};
  const auto ports = stack.snapshot().ports;
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(ports[0].key, "web-1 :8000-8009/tcp 80");
  EXPECT_EQ(ports[0].host_port, 8000);
  EXPECT_EQ(ports[0].host_port_last, 8009);
}

TEST(Snapshot, PortsAreClaimedBeforeAnybodyAnswers) {
  Stack stack;
  Seat& seat = stack.add("web-1", "web", "10.5.1.1");
  seat.service.ports = {{.target = 80, .published = "8080"}};
  seat.standing = Standing::connected;
  ASSERT_EQ(stack.snapshot().ports.size(), 1U);
  EXPECT_THAT(stack.snapshot().ports[0].targets, IsEmpty());
  seat.standing = Standing::absent;
  EXPECT_THAT(stack.snapshot().ports, IsEmpty());
}

TEST(Snapshot, PortsLeadThroughTheDefaultRoute) {
  Stack stack;
  Seat& seat = stack.add("web-1", "web", "10.5.1.1", "fd00:5::1");
  seat.memberships.insert(seat.memberships.begin(),
                          {.network = {.key = "back", .name = "app_back", .internal = true}});
  seat.addresses["app_back"] = address_pair("10.6.1.1", "");
  seat.service.ports = {{.target = 80, .published = "8080"}};
  EXPECT_THAT(stack.snapshot().ports[0].targets, ElementsAre("10.5.1.1:80", "[fd00:5::1]:80"));
}

TEST(Snapshot, TheNetworkSaysWherePortsAreBound) {
  Stack stack;
  Seat& seat = stack.add("web-1", "web", "10.5.1.1");
  seat.memberships[0].network.driver_opts["com.docker.network.bridge.host_binding_ipv4"] = "127.0.0.1";
  seat.service.ports = {{.target = 80, .published = "8080"},
                        {.target = 80, .published = "8081", .host_ip = "10.0.0.1"}};
  EXPECT_EQ(stack.snapshot().ports[0].host_ip, "10.0.0.1");
  EXPECT_EQ(stack.snapshot().ports[1].host_ip, "127.0.0.1");
}

TEST(Snapshot, WhoHasNoWayOutAsksNobodyElse) {
  Stack stack;
  Seat& seat = stack.add("db-1", "db", "10.5.1.1");
  seat.service.dns = {"9.9.9.9"};
  EXPECT_EQ(stack.snapshot().views[0],
            (DnsView{.key = "db-1", .networks = {"app_front"}, .servers = {"9.9.9.9"}, .forward = true}));
  seat.memberships[0].default_ipv4 = seat.memberships[0].default_ipv6 = false;
  EXPECT_FALSE(stack.snapshot().views[0].forward);
}

TEST(Snapshot, WhoTakesOverSharesThePortAndWhoIsLeftIsNamed) {
  Stack stack;
  Seat& old = stack.add("web-1", "web", "10.5.1.1");
  old.service.ports = {{.target = 80, .published = "8080"},
                       {.target = 53, .published = "53", .protocol = "udp"}};
  Seat& fresh = stack.add("web-1b", "web", "10.5.1.2");
  fresh.service = old.service;
  fresh.number = 1;
  old.standing = Standing::connected;
  old.leaving = true;
  const Snapshot snapshot = stack.snapshot();
  ASSERT_EQ(snapshot.ports.size(), 2U);
  for (const PublishedPort& port : snapshot.ports)
    EXPECT_THAT(port.targets,
                ElementsAre("10.5.1.2:" + std::string(port.protocol == Protocol::udp ? "53" : "80")));
  EXPECT_THAT(snapshot.leaving, ElementsAre("10.5.1.1:80"));
}

TEST(PortKey, OfAPortTheKernelChoosesStaysWithTheNumber) {
  Stack stack;
  const project::Port any{.target = 80};
  EXPECT_EQ(port_key(stack.add("web-1", "web", "10.5.1.1"), any), [&] {
    Seat& fresh = stack.add("web-1b", "web", "10.5.1.2");
    fresh.number = 1;
    return port_key(fresh, any);
  }());
}

}  // namespace
}  // namespace orchestrator::network
