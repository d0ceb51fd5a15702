// Addresses and prefixes of both families.
#include "orchestrator/network/ip.hpp"

#include <gtest/gtest.h>

namespace orchestrator::network {
namespace {

std::string prefix_text(const std::string& text) {
  const auto prefix = Prefix::parse(text);
  return prefix ? prefix->text() : "none";
}

TEST(Ip, MappedAddressesAreIpv4) { EXPECT_EQ(Ip::parse("::ffff:10.0.0.1"), Ip::parse("10.0.0.1")); }

TEST(Ip, CountsOn) {
  EXPECT_EQ(Ip::parse("10.0.0.255")->plus(1).text(), "10.0.1.0");
  EXPECT_EQ(Ip::parse("fd00::ffff:ffff:ffff:ffff")->plus(1).text(), "fd00:0:0:1::");
  EXPECT_EQ(Ip::parse("255.255.255.255")->plus(2).text(), "0.0.0.1");
}

TEST(Prefix, BitsAfterItAreCleared) {
  EXPECT_EQ(prefix_text("10.1.2.3/20"), "10.1.0.0/20");
  EXPECT_EQ(prefix_text("fd00::1:2/112"), "fd00::1:0/112");
  EXPECT_EQ(prefix_text("10.1.2.3"), "10.1.2.3/32");
  EXPECT_EQ(prefix_text("1.2.3.4/0"), "0.0.0.0/0");
}

TEST(Prefix, NonsenseIsNone) {
  EXPECT_EQ(prefix_text("10.0.0/16"), "none");
  EXPECT_EQ(prefix_text("10.0.0.0/33"), "none");
  EXPECT_EQ(prefix_text("10.0.0.0/1x"), "none");
  EXPECT_EQ(prefix_text("fd00::/129"), "none");
}

TEST(Prefix, OverlapsWhereOneIsInTheOther) {
  const auto overlap = [](const char* a, const char* b) {
    return Prefix::parse(a)->overlaps(*Prefix::parse(b));
  };
  EXPECT_TRUE(overlap("10.0.0.0/8", "10.5.0.0/16"));
  EXPECT_TRUE(overlap("10.5.0.0/16", "10.0.0.0/8"));
  EXPECT_FALSE(overlap("10.4.0.0/16", "10.5.0.0/16"));
  EXPECT_FALSE(overlap("0.0.0.0/0", "::/0"));
}

}  // namespace
}  // namespace orchestrator::network
