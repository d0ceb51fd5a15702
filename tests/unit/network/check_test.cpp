// What is wrong about networks is said before anything is made.
#include "orchestrator/network/check.hpp"

#include <gtest/gtest.h>

namespace orchestrator::network {
namespace {

/// A stack of services web, db, … in networks front, back, …
struct Stack {
  project::Project project{.name = "app"};

  project::Service& service(const std::string& name) {
    project::Service& service = project.services[name];
    service.name = name;
    return service;
  }
  project::Network& network(const std::string& key, const std::string& subnet = "") {
    project::Network& network = project.networks[key];
    network.key = key;
    network.name = "app_" + key;
    if (!subnet.empty()) network.ipam.push_back({.subnet = subnet});
    return network;
  }
  std::string problems(const HostFacts& host = {}) const {
    std::string text;
    for (const Problem& one : check(project, host)) {
      text += (one.harmless ? "warning: " : "") + path_text(one.path) + ": " + one.message;
      text += one.hint.empty() ? "\n" : " (" + one.hint + ")\n";
    }
    return text;
  }
};

TEST(CheckNetworks, AGoodStackHasNoProblems) {
  Stack stack;
  project::Network& front = stack.network("front", "10.5.0.0/16");
  front.ipam[0].gateway = "10.5.0.254";
  front.ipam[0].ip_range = "10.5.7.0/24";
  front.ipam[0].aux_addresses["printer"] = "10.5.7.9";
  front.ipam.push_back({.subnet = "fd00:5::/64"});
  front.enable_ipv6 = true;
  stack.service("web").networks["front"] = {.ipv4_address = "10.5.1.1", .ipv6_address = "fd00:5::10"};
  stack.service("web").ports = {{.target = 80, .published = "8080"},
                                {.target = 81, .published = "8000-8010"}};
  EXPECT_EQ(stack.problems(), "");
}

TEST(CheckNetworks, SubnetsMustNotOverlap) {
  Stack stack;
  stack.network("back", "10.5.1.0/24");
  stack.network("front", "10.5.0.0/16");
  EXPECT_EQ(
      stack.problems(),
      "networks.front.ipam.config[0].subnet: subnet 10.5.0.0/16 overlaps 10.5.1.0/24 of networks.back\n");
}

TEST(CheckNetworks, SubnetsAreSubnets) {
  Stack stack;
  stack.network("a", "10.5.0/16");
  stack.network("b", "10.5.0.1/16");
  stack.network("c", "10.6.0.0/31");
  EXPECT_EQ(
      stack.problems(),
      "networks.a.ipam.config[0].subnet: \"10.5.0/16\" is not a subnet such as 10.5.0.0/16 or fd00:5::/64\n"
      "networks.b.ipam.config[0].subnet: \"10.5.0.1/16\" has bits set after the prefix (the subnet is "
      "10.5.0.0/16)\n"
      "networks.c.ipam.config[0].subnet: subnet 10.6.0.0/31 has no room for a gateway and a container\n");
}

TEST(CheckNetworks, WhatIsInASubnetMustBeInIt) {
  Stack stack;
  project::IpamPool& pool = stack.network("front", "10.5.0.0/24").ipam[0];
  pool.gateway = "10.5.1.1";
  pool.ip_range = "10.5.0.0/23";
  pool.aux_addresses["printer"] = "10.9.9.9";
  EXPECT_EQ(
      stack.problems(),
      "networks.front.ipam.config[0].gateway: address 10.5.1.1 is outside of the subnet 10.5.0.0/24\n"
      "networks.front.ipam.config[0].ip_range: \"10.5.0.0/23\" is not a part of the subnet 10.5.0.0/24\n"
      "networks.front.ipam.config[0].aux_addresses.printer: address 10.9.9.9 is outside of the subnet "
      "10.5.0.0/24\n");
}

TEST(CheckNetworks, OneSubnetOfEachFamily) {
  Stack stack;
  project::Network& front = stack.network("front", "10.5.0.0/24");
  front.ipam.push_back({.subnet = "10.6.0.0/24"});
  front.ipam.push_back({.subnet = "fd00::/64"});
  EXPECT_EQ(
      stack.problems(),
      "networks.front.ipam.config[1].subnet: the network has a second IPv4 subnet; one of each family is "
      "possible\n"
      "warning: networks.front.ipam.config[2].subnet: the network has no IPv6: enable_ipv6 is not set\n");
}

TEST(CheckNetworks, OnlyBridges) {
  Stack stack;
  stack.network("a").driver = "overlay";
  stack.network("b").driver = "host";
  EXPECT_EQ(stack.problems(),
            "networks.a.driver: driver \"overlay\" is not supported; networks are bridges in the stack's own "
            "namespace\n"
            "networks.b.driver: driver \"host\" is not supported; networks are bridges in the stack's own "
            "namespace "
            "(say network_mode: host in the service)\n");
}

TEST(CheckNetworks, SomeFamilyMustBeLeft) {
  Stack stack;
  stack.network("front").enable_ipv4 = false;
  EXPECT_EQ(stack.problems(),
            "networks.front.enable_ipv4: the network has neither IPv4 nor IPv6 (set enable_ipv6: true)\n");
}

TEST(CheckNetworks, Ipv6NeedsRoom) {
  Stack stack;
  project::Network& front = stack.network("front");
  front.enable_ipv6 = true;
  front.driver_opts["com.docker.network.driver.mtu"] = "1000";
  EXPECT_EQ(stack.problems(), "networks.front.driver_opts: IPv6 needs an MTU of 1280 or more, not 1000\n");
}

TEST(CheckNetworks, ExternalOnesMustExist) {
  Stack stack;
  stack.network("proxy").external = true;
  EXPECT_EQ(stack.problems(), "");
  EXPECT_EQ(stack.problems({.shared_networks = std::set<std::string>{"app_proxy"}}), "");
  EXPECT_EQ(stack.problems({.shared_networks = std::set<std::string>{}}),
            "networks.proxy: network \"app_proxy\" is external, but does not exist (make it with: mdcompose "
            "network "
            "create app_proxy)\n");
}

TEST(CheckAddresses, MustBeInTheSubnet) {
  Stack stack;
  stack.network("front", "10.5.0.0/16");
  stack.network("back");
  stack.service("web").networks = {{"front", {.ipv4_address = "10.6.0.1"}},
                                   {"back", {.ipv4_address = "10.7.0.1"}}};
  EXPECT_EQ(
      stack.problems(),
      "services.web.networks.back.ipv4_address: a fixed address needs a subnet of the network (give it one "
      "under "
      "networks.back.ipam.config)\n"
      "services.web.networks.front.ipv4_address: address 10.6.0.1 is outside of the subnet 10.5.0.0/16\n");
}

TEST(CheckAddresses, BelongToOne) {
  Stack stack;
  stack.network("front", "10.5.0.0/16").ipam[0].aux_addresses["printer"] = "10.5.0.9";
  stack.service("a").networks["front"] = {.ipv4_address = "10.5.0.7"};
  stack.service("b").networks["front"] = {.ipv4_address = "10.5.0.7"};
  stack.service("c").networks["front"] = {.ipv4_address = "10.5.0.1"};
  stack.service("d").networks["front"] = {.ipv4_address = "10.5.0.9"};
  stack.service("e").networks["front"] = {.ipv4_address = "10.5.255.255"};
  stack.service("f").networks["front"] = {.ipv4_address = "10.5.0.8"};
  stack.service("f").scale = 2;
  EXPECT_EQ(
      stack.problems(),
      "services.b.networks.front.ipv4_address: address 10.5.0.7 is already that of services.a\n"
      "services.c.networks.front.ipv4_address: address 10.5.0.1 is already that of the network's gateway\n"
      "services.d.networks.front.ipv4_address: address 10.5.0.9 is already that of aux_addresses.printer\n"
      "services.e.networks.front.ipv4_address: address 10.5.255.255 is already that of the broadcast "
      "address\n"
      "services.f.networks.front.ipv4_address: one address cannot be that of 2 containers\n");
}

TEST(CheckAddresses, OfIpv6NeedIpv6) {
  Stack stack;
  stack.network("front");
  stack.service("web").networks["front"] = {.ipv6_address = "fd00::5"};
  stack.service("bad").networks["front"] = {.ipv6_address = "10.0.0.1"};
  EXPECT_EQ(
      stack.problems(),
      "services.bad.networks.front.ipv6_address: \"10.0.0.1\" is not an IPv6 address\n"
      "services.web.networks.front.ipv6_address: the network has no IPv6 (set enable_ipv6: true in it)\n");
}

TEST(CheckInterfaces, HaveNamesTheKernelTakes) {
  Stack stack;
  stack.network("a");
  stack.network("b");
  stack.service("long").networks["a"].interface_name = "sixteen-letters!";
  stack.service("same").networks = {{"a", {.interface_name = "lan"}}, {"b", {.interface_name = "lan"}}};
  EXPECT_EQ(
      stack.problems(),
      "services.long.networks.a.interface_name: \"sixteen-letters!\" is no name for an interface: at most 15 "
      "characters, without \"/\", \":\" and blanks, not \"lo\"\n"
      "services.same.networks.b.interface_name: the service has two interfaces named \"lan\"\n");
}

TEST(CheckInterfaces, HaveMacAddressesOfInterfaces) {
  Stack stack;
  stack.network("a");
  stack.service("web").networks["a"].mac_address = "02:42:0a:00:00";
  stack.service("web").mac_address = "01:00:5e:00:00:01";
  EXPECT_EQ(stack.problems(),
            "services.web.networks.a.mac_address: \"02:42:0a:00:00\" is not the MAC address of an interface, "
            "such as "
            "02:42:0a:00:00:02\n"
            "services.web.mac_address: \"01:00:5e:00:00:01\" is not the MAC address of an interface, such as "
            "02:42:0a:00:00:02\n");
}

TEST(CheckInterfaces, LinkLocalAddressesAreLinkLocal) {
  Stack stack;
  stack.network("a");
  stack.service("web").networks["a"].link_local_ips = {"169.254.8.8", "fe80::1", "10.0.0.1"};
  EXPECT_EQ(
      stack.problems(),
      "services.web.networks.a.link_local_ips[2]: \"10.0.0.1\" is not a link-local address (169.254.0.0/16, "
      "fe80::/10)\n");
}

TEST(CheckModes, ExcludeWhatBelongsToInterfaces) {
  Stack stack;
  stack.service("a").network_mode = "host";
  stack.service("a").ports = {{.target = 80, .published = "80"}};
  stack.service("b").network_mode = "service:a";
  stack.service("b").hostname = "x";
  stack.service("c").network_mode = "front";
  EXPECT_EQ(stack.problems(),
            "services.a.ports: network_mode: host and ports exclude each other\n"
            "services.b.hostname: network_mode: service:a and hostname exclude each other\n"
            "services.c.network_mode: \"front\" is none of none, host, bridge, service:NAME, container:NAME "
            "(a network of "
            "the stack is named under networks)\n");
}

TEST(CheckNames, LinksNeedACommonNetwork) {
  Stack stack;
  stack.network("a");
  stack.network("b");
  stack.service("web").networks["a"];
  stack.service("db").networks["b"];
  stack.service("web").links = {"db:database"};
  EXPECT_EQ(stack.problems(), "services.web.links[0]: services web and db have no network in common\n");
}

TEST(CheckNames, ServersAndHostsAreAddresses) {
  Stack stack;
  stack.service("web").dns = {"1.1.1.1", "dns.example"};
  stack.service("web").extra_hosts = {"db=10.0.0.1", "me=host-gateway", "six=[fd00::1]", "bad=db"};
  EXPECT_EQ(stack.problems(),
            "services.web.dns[1]: \"dns.example\" is not the IP address of a name server\n"
            "services.web.extra_hosts: \"bad=db\" is not NAME=ADDRESS with an IP address or host-gateway\n");
}

TEST(CheckPorts, AreNumbersOfPorts) {
  Stack stack;
  stack.service("web").ports = {{.target = 80, .published = "70000"},
                                {.target = 80, .published = "9000-8000"},
                                {.target = 80, .published = "8080", .host_ip = "localhost"},
                                {.target = 80, .published = "8081", .protocol = "sctp"},
                                {.target = 80, .published = "8082", .mode = "global"}};
  EXPECT_EQ(stack.problems(),
            "services.web.ports[0]: \"70000\" is neither a port from 1 to 65535 nor a range of them\n"
            "services.web.ports[1]: \"9000-8000\" is neither a port from 1 to 65535 nor a range of them\n"
            "services.web.ports[2]: \"localhost\" is not an IP address of the host\n"
            "services.web.ports[3]: protocol \"sctp\" cannot be published; tcp and udp can\n"
            "services.web.ports[4]: mode \"global\" is neither ingress nor host\n");
}

TEST(CheckPorts, OneServiceForOnePort) {
  Stack stack;
  stack.service("a").ports = {{.target = 80, .published = "8080"}};
  stack.service("b").ports = {{.target = 80, .published = "8080", .host_ip = "127.0.0.1"},
                              {.target = 80, .published = "8080", .protocol = "udp"}};
  EXPECT_EQ(stack.problems(),
            "services.b.ports[0]: port 127.0.0.1:8080 (tcp) is already published by services.a\n");
}

TEST(CheckPorts, ContainersTakeTurnsUnlessModeIsHost) {
  Stack stack;
  stack.service("web").scale = 3;
  stack.service("web").ports = {{.target = 80, .published = "8080"},
                                {.target = 80, .published = "8081", .mode = "host"}};
  EXPECT_EQ(stack.problems(),
            "services.web.ports[1]: mode: host gives port 8081 to one container, and there are 3 (leave mode "
            "away, and "
            "they take turns; or publish a range)\n");
}

TEST(CheckPorts, LowOnesNeedAPrivilege) {
  Stack stack;
  stack.service("web").ports = {{.target = 80, .published = "80"}, {.target = 80, .published = "8080"}};
  EXPECT_EQ(
      stack.problems({.first_unprivileged_port = 1024}),
      "services.web.ports[0]: port 80 needs a privilege: net.ipv4.ip_unprivileged_port_start is 1024\n");
}

}  // namespace
}  // namespace orchestrator::network
