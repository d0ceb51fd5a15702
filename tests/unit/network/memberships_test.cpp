// Which interfaces a service gets, in which order, and where its default route goes.
#include "orchestrator/network/memberships.hpp"

#include <gmock/gmock.h>

namespace orchestrator::network {
namespace {

using Networks = std::map<std::string, project::Network>;

Networks networks(std::initializer_list<project::Network> list) {
  Networks result;
  for (project::Network network : list) {
    if (network.name.empty()) network.name = "app_" + network.key;
    result[network.key] = network;
  }
  return result;
}

/// "eth0=front* eth1=back": * has the IPv4 default route, + that of IPv6.
std::string interfaces(const Networks& known, const project::Service& service) {
  std::string text;
  for (const Membership& one : memberships_of("app", known, service))
    text += (text.empty() ? "" : " ") + one.interface + "=" +
            (one.network.key.empty() ? "egress" : one.network.key) + (one.default_ipv4 ? "*" : "") +
            (one.default_ipv6 ? "+" : "");
  return text;
}

TEST(Memberships, WithoutNetworksThereIsTheDefaultOne) { EXPECT_EQ(interfaces({}, {}), "eth0=default*"); }

TEST(Memberships, AreOrderedByPriorityThenName) {
  const Networks known = networks({{.key = "a"}, {.key = "b"}, {.key = "c"}});
  EXPECT_EQ(interfaces(known, {.networks = {{"c", {}}, {"a", {}}, {"b", {.priority = 10}}}}),
            "eth0=b eth1=a* eth2=c");
}

TEST(Memberships, TheDefaultRouteGoesWhereGwPrioritySays) {
  const Networks known = networks({{.key = "a"}, {.key = "b"}});
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {}}, {"b", {.gw_priority = 1}}}}), "eth0=a eth1=b*");
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {.gw_priority = -1}}, {"b", {}}}}), "eth0=a eth1=b*");
}

TEST(Memberships, InternalNetworksHaveNoDefaultRoute) {
  const Networks known = networks({{.key = "a", .internal = true}, {.key = "b"}});
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {.gw_priority = 9}}, {"b", {}}}}), "eth0=a eth1=b*");
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {}}}}), "eth0=a");
}

TEST(Memberships, FamiliesHaveTheirOwnDefaultRoutes) {
  const Networks known =
      networks({{.key = "four"}, {.key = "six", .enable_ipv4 = false, .enable_ipv6 = true}});
  EXPECT_EQ(interfaces(known, {.networks = {{"four", {}}, {"six", {}}}}), "eth0=four* eth1=six+");
}

TEST(Memberships, ASharedNetworkIsNoWayOut) {
  const Networks known = networks({{.key = "web", .name = "web", .external = true}, {.key = "own"}});
  EXPECT_EQ(interfaces(known, {.networks = {{"web", {}}}}), "eth0=web eth1=egress*");
  EXPECT_EQ(interfaces(known, {.networks = {{"web", {}}, {"own", {}}}}), "eth0=own* eth1=web");
  EXPECT_EQ(
      interfaces(networks({{.key = "in", .internal = true, .attachable = true}}), {.networks = {{"in", {}}}}),
      "eth0=in");
}

TEST(Memberships, InterfacesAreCalledWhatTheStackSays) {
  Networks known = networks({{.key = "a"}, {.key = "b"}, {.key = "c"}});
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {.interface_name = "lan"}}, {"b", {}}}}), "lan=a* eth0=b");
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {}}, {"b", {.interface_name = "eth0"}}}}),
            "eth1=a* eth0=b");
  known["a"].driver_opts["com.docker.network.container_iface_prefix"] = "lan";
  EXPECT_EQ(interfaces(known, {.networks = {{"a", {}}, {"b", {}}}}), "lan0=a* eth0=b");
}

TEST(Memberships, TheServicesMacAddressIsThatOfTheFirst) {
  const Networks known = networks({{.key = "a"}, {.key = "b"}});
  const auto list =
      memberships_of("app", known,
                     {.networks = {{"a", {.mac_address = "02:00:00:00:00:0a"}}, {"b", {.priority = 1}}},
                      .mac_address = "02:00:00:00:00:01"});
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].mac, "02:00:00:00:00:01");
  EXPECT_EQ(list[1].mac, "02:00:00:00:00:0a");
}

TEST(Names, OfAnInstance) {
  EXPECT_THAT(names_of({.name = "Web", .hostname = "www", .domainname = "example.org"},
                       {.aliases = {"API", "web"}}, "Web-1", "app-Web-1"),
              testing::ElementsAre("api", "app-web-1", "web", "web-1", "www", "www.example.org"));
}

TEST(Names, LinksAreTheAliasesOfOneClient) {
  EXPECT_THAT(links_of({.links = {"db", "db:Database"}, .external_links = {"other-db-1:legacy"}}),
              testing::ElementsAre(testing::Pair("database", "db"), testing::Pair("legacy", "other-db-1")));
}

}  // namespace
}  // namespace orchestrator::network
