// Which subnets and addresses a stack gets.
#include "orchestrator/network/pool.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "orchestrator/network/address_plan.hpp"

namespace orchestrator::network {
namespace {

Prefix prefix(const std::string& text) { return Prefix::parse(text).value(); }
Ip ip(const std::string& text) { return Ip::parse(text).value(); }
Pool pool(const std::string& subnet) {
  return Pool({.prefix = prefix(subnet), .gateway = default_gateway(prefix(subnet))});
}
std::string next(Pool& from, const std::string& service, int number) {
  return from.allocate(service, number).text();
}
std::string error_of(Pool& from, const std::string& fixed) {
  try {
    from.allocate("web", 1, ip(fixed));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Subnet, IsChosenBesideThoseTaken) {
  EXPECT_EQ(choose_subnet({}).text(), "10.89.0.0/16");
  EXPECT_EQ(choose_subnet({prefix("10.89.0.0/16"), prefix("10.90.3.0/24")}).text(), "10.91.0.0/16");
  EXPECT_EQ(choose_subnet({prefix("10.0.0.0/8")}).text(), "172.16.0.0/16");
  EXPECT_EQ(choose_subnet({prefix("10.0.0.0/8"), prefix("172.16.0.0/12"), prefix("192.168.0.0/24")}).text(),
            "192.168.16.0/20");
  EXPECT_THROW(choose_subnet({prefix("0.0.0.0/0")}), std::runtime_error);
}

TEST(Subnet, OfIpv6FollowsFromTheName) {
  const Prefix one = choose_local_subnet("app_default");
  EXPECT_EQ(one, choose_local_subnet("app_default"));
  EXPECT_NE(one, choose_local_subnet("app_back"));
  EXPECT_TRUE(prefix("fd00::/8").contains(one));
  EXPECT_EQ(one.length, 64);
}

TEST(Addresses, EveryServiceHasABlockOfItsOwn) {
  Pool addresses = pool("10.89.0.0/16");
  EXPECT_EQ(next(addresses, "web", 1), "10.89.1.1");
  EXPECT_EQ(next(addresses, "db", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "web", 2), "10.89.1.2");
}

TEST(Addresses, BlocksFollowTheNamesNotTheStart) {
  Pool addresses = pool("10.89.0.0/16");
  addresses.plan_blocks({"db", "web"});
  EXPECT_EQ(next(addresses, "web", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "db", 1), "10.89.1.1");
}

TEST(Addresses, OfIpv6HaveBlocksToo) {
  Pool addresses = pool("fd00:5::/64");
  EXPECT_EQ(next(addresses, "web", 1), "fd00:5::1:1");
  EXPECT_EQ(next(addresses, "db", 3), "fd00:5::2:3");
  EXPECT_EQ(next(addresses, "web", 70000), "fd00:5::1:ffff");  // more than a block holds
}

TEST(Addresses, SurviveARecreatedInstance) {
  Pool addresses = pool("10.89.0.0/16");
  const Ip first = addresses.allocate("web", 1);
  addresses.release(first);
  EXPECT_EQ(next(addresses, "db", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "web", 1), "10.89.1.1");
}

TEST(Addresses, SurviveARecreatedInstanceInASmallSubnet) {
  Pool addresses = pool("192.168.5.0/28");
  const Ip first = addresses.allocate("web", 1);
  addresses.release(first);
  EXPECT_EQ(next(addresses, "db", 1), "192.168.5.3");
  EXPECT_EQ(next(addresses, "web", 1), "192.168.5.2");
}

TEST(Addresses, AreGivenToOthersWhereNothingElseIsLeft) {
  Pool addresses = pool("192.168.5.0/30");
  const Ip only = addresses.allocate("web", 1);
  addresses.release(only);
  EXPECT_EQ(next(addresses, "db", 1), "192.168.5.2");
}

TEST(Addresses, AreTakenOverFromAnEarlierSupervisor) {
  Pool addresses = pool("10.89.0.0/16");
  addresses.give_home("db", ip("10.89.1.0"));
  addresses.reserve(ip("10.89.1.1"));
  EXPECT_EQ(next(addresses, "web", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "db", 2), "10.89.1.2");
}

TEST(Addresses, OfMoreServicesThanThereAreBlocksAreFoundWithoutTryingAll) {
  Pool addresses = pool("10.89.0.0/16");
  std::set<Ip> given;
  constexpr int kServices = 2000;
  for (int i = 0; i < kServices; ++i) given.insert(addresses.allocate("service-" + std::to_string(i), 1));
  EXPECT_EQ(given.size(), static_cast<std::size_t>(kServices));
}

TEST(Addresses, OutsideOfBlocksAreRememberedAsWell) {
  Pool addresses = pool("10.89.0.0/16");
  constexpr int kBlocks = 255;
  for (int i = 0; i < kBlocks; ++i) (void)addresses.allocate("service-" + std::to_string(i), 1);
  EXPECT_EQ(next(addresses, "one", 1), "10.89.0.2");
  addresses.release(ip("10.89.0.2"));
  EXPECT_EQ(next(addresses, "another", 1), "10.89.0.3");
  EXPECT_EQ(next(addresses, "one", 1), "10.89.0.2");
}

TEST(Addresses, RunOutWithASentence) {
  Pool addresses = pool("192.168.5.0/30");
  EXPECT_EQ(next(addresses, "web", 1), "192.168.5.2");
  EXPECT_THROW(addresses.allocate("web", 2), std::runtime_error);
}

TEST(Addresses, FixedOnesAreChecked) {
  Pool addresses = pool("10.89.0.0/16");
  EXPECT_EQ(error_of(addresses, "10.89.7.7"), "");
  EXPECT_EQ(error_of(addresses, "10.89.7.7"), "address 10.89.7.7 is in use already");
  EXPECT_EQ(error_of(addresses, "10.1.0.1"),
            "address 10.1.0.1 is outside of the network's subnet 10.89.0.0/16");
  EXPECT_EQ(error_of(addresses, "10.89.0.1"), "address 10.89.0.1 is in use already");
}

TEST(Addresses, AskedForByOneServiceAreNotGivenToAnother) {
  Pool addresses = pool("10.89.0.0/16");
  addresses.keep(ip("10.89.1.1"));
  EXPECT_EQ(next(addresses, "web", 1), "10.89.2.1");
  EXPECT_EQ(error_of(addresses, "10.89.1.1"), "");
}

TEST(Addresses, ComeFromTheRangeUnlessAskedFor) {
  Pool addresses({.prefix = prefix("10.5.0.0/16"),
                  .gateway = ip("10.5.0.254"),
                  .range = prefix("10.5.7.0/24"),
                  .reserved = {ip("10.5.7.1")}});
  EXPECT_EQ(next(addresses, "web", 1), "10.5.7.15");  // .1 is reserved
  EXPECT_EQ(error_of(addresses, "10.5.9.9"), "");
  EXPECT_EQ(error_of(addresses, "10.5.7.1"), "address 10.5.7.1 is in use already");
}

TEST(Addresses, HaveTheirOwnMacAddress) {
  EXPECT_EQ(mac_for(ip("10.89.1.254")), "02:42:0a:59:01:fe");
  EXPECT_NE(mac_for(ip("fd00::1")), mac_for(ip("fd00::2")));
}

TEST(AddressPlan, IsTheSameForALaterSupervisor) {
  AddressPlan plan;
  project::Network front{.key = "front", .name = "app_front", .enable_ipv6 = true};
  front.ipam = {{.subnet = "10.5.0.0/16", .ip_range = "10.5.7.0/24", .aux_addresses = {{"x", "10.5.7.1"}}}};
  NetworkAddresses& addresses = plan.add(front, {});
  const AddressPair first = addresses.allocate("web", 1, {});
  AddressPlan later = address_plan_from_json(to_json(plan));
  EXPECT_EQ(to_json(later), to_json(plan));
  EXPECT_EQ(later.find("app_front")->subnets(), addresses.subnets());
  (void)later.find("app_front")->allocate("db", 1, {});
  EXPECT_EQ(later.find("app_front")->allocate("web", 1, {}), first);
}

TEST(AddressPlan, NonsenseIsNoPlan) {
  EXPECT_TRUE(address_plan_from_json("{").networks().empty());
  EXPECT_TRUE(address_plan_from_json(R"({"a": [{"subnet": "x", "gateway": "y"}]})").networks().empty());
}

TEST(AddressPlan, NetworksDoNotOverlap) {
  AddressPlan plan;
  plan.add({.key = "a", .name = "app_a"}, {});
  plan.add({.key = "b", .name = "app_b"}, {prefix("10.90.0.0/16")});
  EXPECT_EQ(plan.find("app_a")->subnets().front().prefix.text(), "10.89.0.0/16");
  EXPECT_EQ(plan.find("app_b")->subnets().front().prefix.text(), "10.91.0.0/16");
}

TEST(AddressPlan, FamiliesAreThoseAskedFor) {
  AddressPlan plan;
  const auto families = [&](project::Network network) {
    network.name = "app_" + network.key;
    std::string text;
    for (const Subnet& subnet : plan.add(network, {}).subnets())
      text += subnet.prefix.ip.family == AF_INET ? "4" : "6";
    return text;
  };
  EXPECT_EQ(families({.key = "plain"}), "4");
  EXPECT_EQ(families({.key = "both", .enable_ipv6 = true}), "46");
  EXPECT_EQ(families({.key = "six", .enable_ipv4 = false, .enable_ipv6 = true}), "6");
}

}  // namespace
}  // namespace orchestrator::network
