// Which subnets and addresses a stack gets.
#include "orchestrator/network/addresses.hpp"

#include <gtest/gtest.h>

#include "orchestrator/network/etc_files.hpp"

namespace orchestrator::network {
namespace {

Pool pool(const std::string& subnet) { return {parse_prefix(subnet), 0}; }
std::string next(Pool& from, const std::string& service, int number) {
  return address_text(from.allocate(service, number));
}
std::string error_of(Pool& from, const std::string& fixed) {
  try {
    from.allocate("web", 1, parse_address(fixed));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Subnet, IsChosenBesideThoseTaken) {
  EXPECT_EQ(to_string(choose_subnet({})), "10.89.0.0/16");
  EXPECT_EQ(to_string(choose_subnet({parse_prefix("10.89.0.0/16"), parse_prefix("10.90.3.0/24")})),
            "10.91.0.0/16");
  EXPECT_EQ(to_string(choose_subnet({parse_prefix("10.0.0.0/8")})), "172.16.0.0/16");
}

TEST(Subnet, NonsenseIsRefused) {
  EXPECT_THROW(parse_prefix("10.0.0.0"), std::invalid_argument);
  EXPECT_THROW(parse_prefix("10.0.0/16"), std::invalid_argument);
  EXPECT_THROW(parse_prefix("10.0.0.0/33"), std::invalid_argument);
}

TEST(Addresses, EveryServiceHasABlockOfItsOwn) {
  Pool addresses = pool("10.89.0.0/16");
  EXPECT_EQ(next(addresses, "web", 1), "10.89.1.1");
  EXPECT_EQ(next(addresses, "db", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "web", 2), "10.89.1.2");
}

TEST(Addresses, SurviveARecreatedInstance) {
  Pool addresses = pool("10.89.0.0/16");
  const std::uint32_t first = addresses.allocate("web", 1);
  addresses.release(first);
  EXPECT_EQ(next(addresses, "db", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "web", 1), "10.89.1.1");
}

TEST(Addresses, AreTakenOverFromAnEarlierSupervisor) {
  Pool addresses = pool("10.89.0.0/16");
  addresses.reserve("db", parse_address("10.89.1.1"));
  EXPECT_EQ(next(addresses, "web", 1), "10.89.2.1");
  EXPECT_EQ(next(addresses, "db", 2), "10.89.1.2");
}

TEST(Addresses, SmallSubnetsAreGivenOutInSequence) {
  Pool addresses = pool("192.168.5.0/29");
  EXPECT_EQ(next(addresses, "web", 1), "192.168.5.2");
  EXPECT_EQ(next(addresses, "db", 1), "192.168.5.3");
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

TEST(Addresses, HaveTheirOwnMacAddress) { EXPECT_EQ(mac_for(parse_address("10.89.1.254")), "02:42:0a:59:01:fe"); }

TEST(EtcFiles, HostsHaveExtraHosts) {
  const std::string text =
      hosts_file({extra_host("db=10.0.0.5", "9.9.9.9"), extra_host("up=host-gateway", "9.9.9.9")});
  EXPECT_NE(text.find("127.0.0.1\tlocalhost\n"), std::string::npos);
  EXPECT_NE(text.find("10.0.0.5\tdb\n9.9.9.9\tup\n"), std::string::npos);
}

TEST(EtcFiles, ResolvConf) {
  EXPECT_EQ(resolv_conf({.servers = {"127.0.0.11"}, .search = {"corp.lan", "lan"}, .options = {"ndots:0"}}),
            "nameserver 127.0.0.11\nsearch corp.lan lan\noptions ndots:0\n");
}

}  // namespace
}  // namespace orchestrator::network
