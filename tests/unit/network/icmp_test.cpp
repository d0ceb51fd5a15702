// Echo messages byte by byte.
#include "orchestrator/network/gateway/icmp.hpp"

#include <gtest/gtest.h>

namespace orchestrator::network::gateway::icmp {
namespace {

Ip ip(const char* text) { return Ip::parse(text).value(); }

TEST(Icmp, AnEchoIsReadAsItWasWritten) {
  const Echo sent{.from = ip("10.0.0.1"), .to = ip("10.0.0.2"), .id = 0x1234, .rest = {0, 7, 'h', 'i', '!'}};
  const auto read = parse_packet(packet(sent));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->from, sent.from);
  EXPECT_EQ(read->to, sent.to);
  EXPECT_EQ(read->type, kEchoRequest);
  EXPECT_EQ(read->id, 0x1234);
  EXPECT_EQ(read->rest, sent.rest);
}

TEST(Icmp, TheChecksumIsThatOfRfc1071) {
  // An echo request with identifier 1, sequence number 1 and no data: ~(0800 + 0001 + 0001).
  const std::vector<char> bytes = message({.id = 1, .rest = {0, 1}});
  EXPECT_EQ(static_cast<unsigned char>(bytes[2]), 0xf7);
  EXPECT_EQ(static_cast<unsigned char>(bytes[3]), 0xfd);
}

TEST(Icmp, NonsenseIsNoEcho) {
  EXPECT_FALSE(parse(std::vector<char>{8, 0, 0, 0, 0, 1, 0}));
  EXPECT_FALSE(parse(std::vector<char>{3, 0, 0, 0, 0, 1, 0, 1}));
  std::vector<char> cut = packet({.from = ip("10.0.0.1"), .to = ip("10.0.0.2"), .rest = {0, 1}});
  cut[0] = 0x4f;  // a header of 60 bytes
  EXPECT_FALSE(parse_packet(cut));
  cut.resize(12);
  EXPECT_FALSE(parse_packet(cut));
}

}  // namespace
}  // namespace orchestrator::network::gateway::icmp
