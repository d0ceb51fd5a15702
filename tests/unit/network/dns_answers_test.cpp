// What a container is told about a name.
#include "orchestrator/network/gateway/dns_answers.hpp"

#include <gtest/gtest.h>

#include "dns_bytes.hpp"

namespace orchestrator::network::gateway {
namespace {

using dns::Type;

struct Names : testing::Test {
  Snapshot snapshot{
      .networks = {
          {.name = "app_front",
           .subnets = {"10.5.0.0/16", "fd00:5::/64"},
           .names = {{"web", {"10.5.1.1", "10.5.1.2", "10.5.1.3"}}, {"six", {"fd00:5::1"}}, {"gone", {}}},
           .pointers = {{"10.5.1.1", "app-web-1"}, {"fd00:5::1", "app-six-1"}}},
          {.name = "app_back",
           .internal = true,
           .subnets = {"10.6.0.0/16"},
           .names = {{"db", {"10.6.1.1"}}}}}};
  DnsView front{.key = "web-1", .networks = {"app_front"}};
  DnsView back{.key = "db-1", .networks = {"app_back"}, .forward = false};

  [[nodiscard]] std::string ask(const DnsView& view, const std::string& name, Type type = Type::a) const {
    const Answer answer = Directory(snapshot).look_up(view, name, type);
    switch (answer.verdict) {
      case Verdict::no_data:
        return "no data";
      case Verdict::no_such_name:
        return "no such name";
      case Verdict::forward:
        return "forward";
      case Verdict::records:
        break;
    }
    std::string text = answer.pointer;
    for (const Ip& ip : answer.addresses) text += (text.empty() ? "" : " ") + ip.text();
    return text;
  }
};

TEST_F(Names, StandForAllInstances) { EXPECT_EQ(ask(front, "web"), "10.5.1.1 10.5.1.2 10.5.1.3"); }

TEST_F(Names, ANameWithoutThisTypeExists) {
  EXPECT_EQ(ask(front, "web", Type::aaaa), "no data");
  EXPECT_EQ(ask(front, "web", Type::https), "no data");
  EXPECT_EQ(ask(front, "six", Type::aaaa), "fd00:5::1");
  EXPECT_EQ(ask(front, "six", Type::a), "no data");
}

TEST_F(Names, OfTheStackAreNeverAskedElsewhere) {
  EXPECT_EQ(ask(front, "gone"), "no such name");
  EXPECT_EQ(ask(front, "db"), "no such name");
  EXPECT_EQ(ask(front, "nobody.app_front"), "no such name");
}

TEST_F(Names, OfNetworksTheAskerIsNotInAreUnknown) {
  EXPECT_EQ(ask(back, "web"), "no such name");
  EXPECT_EQ(ask(back, "db"), "10.6.1.1");
}

TEST_F(Names, MayNameTheirNetwork) { EXPECT_EQ(ask(front, "web.app_front"), "10.5.1.1 10.5.1.2 10.5.1.3"); }

TEST_F(Names, ForeignOnesAreAskedElsewhere) {
  EXPECT_EQ(ask(front, "example.org"), "forward");
  EXPECT_EQ(ask(back, "example.org"), "no such name");
}

TEST_F(Names, WhoHasNoWayOutAsksServersNextDoor) {
  const Directory directory(snapshot);
  const auto asked = [&](const DnsView& view) {
    std::string text;
    for (const Ip& ip : directory.reachable(view, parse_ips(view.servers))) text += ip.text() + " ";
    return text;
  };
  front.servers = back.servers = {"10.6.1.53", "192.0.2.53"};
  EXPECT_EQ(asked(front), "10.6.1.53 192.0.2.53 ");
  EXPECT_EQ(asked(back), "10.6.1.53 ");
  EXPECT_EQ(ask(back, "example.org"), "forward");
  EXPECT_EQ(ask(back, "8.8.8.8.in-addr.arpa", Type::ptr), "forward");
  EXPECT_EQ(ask(back, "host.docker.internal"), "forward");
  back.servers = {"192.0.2.53"};
  EXPECT_EQ(ask(back, "example.org"), "no such name");
}

TEST_F(Names, ServersOfNetworksTheAskerIsInAreNextDoor) {
  const Directory directory(snapshot);
  EXPECT_TRUE(directory.is_next_door(front, *Ip::parse("10.5.1.53")));
  EXPECT_TRUE(directory.is_next_door(front, *Ip::parse("fd00:5::53")));
  EXPECT_FALSE(directory.is_next_door(front, *Ip::parse("10.6.1.53")));
  EXPECT_FALSE(directory.is_next_door(front, *Ip::parse("192.0.2.53")));
}

TEST_F(Names, LinksAreTheAskersOwn) {
  front.links = {{"legacy", "web"}, {"lost", "gone"}};
  EXPECT_EQ(ask(front, "legacy"), "10.5.1.1 10.5.1.2 10.5.1.3");
  EXPECT_EQ(ask(front, "lost"), "no such name");
  EXPECT_EQ(ask(back, "legacy"), "no such name");
}

TEST_F(Names, AddressesHaveNames) {
  EXPECT_EQ(ask(front, "1.1.5.10.in-addr.arpa", Type::ptr), "app-web-1.app_front");
  EXPECT_EQ(ask(front, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0.0.0.0.0.d.f.ip6.arpa", Type::ptr),
            "app-six-1.app_front");
  EXPECT_EQ(ask(front, "9.9.5.10.in-addr.arpa", Type::ptr), "no such name");
  EXPECT_EQ(ask(front, "8.8.8.8.in-addr.arpa", Type::ptr), "forward");
  EXPECT_EQ(ask(back, "8.8.8.8.in-addr.arpa", Type::ptr), "no such name");
}

TEST_F(Names, TheHostHasTheNamesOtherEnginesGiveIt) {
  EXPECT_EQ(ask(front, "host.docker.internal"), "169.254.1.2");
  EXPECT_EQ(ask(front, "host.containers.internal"), "169.254.1.2");
  EXPECT_EQ(ask(back, "host.docker.internal"), "no such name");
}

TEST(Rotations, GiveEveryAddressItsTurnWhateverElseIsAsked) {
  Rotation rotation;
  const auto first = [&](const std::string& name, Type type, std::vector<Ip> addresses) {
    rotation.apply({.name = name, .type = type}, addresses);
    return addresses.front().text();
  };
  const std::vector<Ip> two{*Ip::parse("10.5.1.1"), *Ip::parse("10.5.1.2")};
  const std::vector<Ip> six{*Ip::parse("fd00:5::1"), *Ip::parse("fd00:5::2")};
  std::string seen;
  for (int i = 0; i < 4; ++i) {  // getaddrinfo(3) asks for both families
    seen += first("web", Type::a, two) + " ";
    EXPECT_EQ(first("web", Type::aaaa, six), i % 2 == 0 ? "fd00:5::1" : "fd00:5::2");
    first("cache", Type::a, two);
  }
  EXPECT_EQ(seen, "10.5.1.1 10.5.1.2 10.5.1.1 10.5.1.2 ");
}

TEST(Rcodes, ThatMuslWouldWaitForAreNotPassedOn) {
  const auto shown = [](dns::Rcode upstream, const char* name, unsigned type) {
    return tolerable(upstream, *dns::parse(dns_test::query(name, type)).query);
  };
  EXPECT_EQ(shown(dns::Rcode::refused, "a.example", 28), dns::Rcode::no_error);
  EXPECT_EQ(shown(dns::Rcode::refused, "a.example", 1), dns::Rcode::server_failure);
  EXPECT_EQ(shown(dns::Rcode::server_failure, "a", 1), dns::Rcode::no_such_name);
  EXPECT_EQ(shown(dns::Rcode::no_such_name, "a.example", 1), dns::Rcode::no_such_name);
}

}  // namespace
}  // namespace orchestrator::network::gateway
