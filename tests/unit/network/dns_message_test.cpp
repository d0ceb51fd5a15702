// DNS messages byte by byte.
#include "orchestrator/network/gateway/dns_message.hpp"

#include <gtest/gtest.h>

#include "dns_bytes.hpp"

namespace orchestrator::network::gateway::dns {
namespace {

using dns_test::Bytes;
using dns_test::query;
using dns_test::with_soa;

TEST(DnsMessage, AQuestionIsReadWhateverItsCase) {
  const Parsed parsed = parse(query("Web.Example", 28));
  ASSERT_TRUE(parsed.query);
  EXPECT_EQ(parsed.query->name, "web.example");
  EXPECT_EQ(parsed.query->type, Type::aaaa);
  EXPECT_EQ(parsed.query->udp_size, std::nullopt);
}

TEST(DnsMessage, TheCaseOfTheQuestionIsEchoed) {
  const Bytes asked = query("wEb", 1);
  const Bytes said = answer(*parse(asked).query, Rcode::no_error, {}, 2, 512);
  EXPECT_TRUE(std::equal(asked.begin() + 12, asked.end(), said.begin() + 12));
}

TEST(DnsMessage, EdnsIsReadAndAnswered) {
  const Parsed parsed = parse(query("web", 1, 4096));
  ASSERT_TRUE(parsed.query);
  EXPECT_EQ(parsed.query->udp_size, 4096);
  EXPECT_EQ(udp_limit(*parsed.query), kLargestUdp);
  const Bytes said = answer(*parsed.query, Rcode::no_error, {}, 2, 512);
  EXPECT_EQ(said[11], 1);  // one additional record
  EXPECT_EQ(said[said.size() - 9], 41);
}

TEST(DnsMessage, WithoutEdnsAnAnswerHas512Bytes) {
  EXPECT_EQ(udp_limit(*parse(query("web", 1)).query), 512U);
}

TEST(DnsMessage, WhatDoesNotFitIsLeftOutAndSaidSo) {
  const Query asked = *parse(query("web", 1)).query;
  const std::vector<Record> records(60, address_record(*Ip::parse("10.0.0.1")));
  const Bytes cut = answer(asked, Rcode::no_error, records, 2, 512);
  EXPECT_LE(cut.size(), 512U);
  EXPECT_NE(cut[2] & 0x02, 0);
  const Bytes whole = answer(asked, Rcode::no_error, records, 2, kLargestTcp);
  EXPECT_EQ(whole[2] & 0x02, 0);
  EXPECT_EQ(whole[7], 60);
}

TEST(DnsMessage, NonsenseIsAnsweredWithAnErrorOrNotAtAll) {
  EXPECT_FALSE(parse(Bytes{1, 2, 3}).error);
  Bytes response = query("web", 1);
  response[2] |= 0x80;
  EXPECT_FALSE(parse(response).query);
  EXPECT_FALSE(parse(response).error);
  Bytes update = query("web", 1);
  update[2] = 5 << 3;
  EXPECT_EQ(parse(update).error, Rcode::not_implemented);
  Bytes two = query("web", 1);
  two[5] = 2;
  EXPECT_EQ(parse(two).error, Rcode::format_error);
  Bytes cut = query("web", 1);
  cut.resize(14);
  EXPECT_EQ(parse(cut).error, Rcode::format_error);
  Bytes pointer = query("web", 1);
  pointer[12] = 0xc0;
  EXPECT_EQ(parse(pointer).error, Rcode::format_error);
}

TEST(DnsMessage, AnAnswerMustHaveTheIdAndTheQuestion) {
  const Query asked = *parse(query("web", 1)).query;
  Bytes said = answer(asked, Rcode::no_error, {}, 2, 512);
  EXPECT_TRUE(answers(said, asked));
  set_id(said, static_cast<std::uint16_t>(asked.id + 1));
  EXPECT_FALSE(answers(said, asked));
  EXPECT_FALSE(answers(answer(*parse(query("other", 1)).query, Rcode::no_error, {}, 2, 512), asked));
}

TEST(DnsMessage, ReverseNames) {
  EXPECT_EQ(reverse_address("4.3.2.10.in-addr.arpa"), Ip::parse("10.2.3.4"));
  EXPECT_EQ(reverse_address("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa"),
            Ip::parse("fd00::1"));
  EXPECT_EQ(reverse_address("3.2.10.in-addr.arpa"), std::nullopt);
  EXPECT_EQ(reverse_address("web"), std::nullopt);
}

TEST(DnsMessage, ANegativeAnswerSaysForHowLong) {
  const Query asked = *parse(query("nobody.example", 1)).query;
  EXPECT_EQ(negative_ttl(with_soa(answer(asked, Rcode::no_such_name, {}, 2, 512), 300, 60)), 60U);
  EXPECT_EQ(negative_ttl(with_soa(answer(asked, Rcode::no_error, {}, 2, 512), 20, 60)), 20U);
  EXPECT_EQ(negative_ttl(answer(asked, Rcode::no_such_name, {}, 2, 512)), std::nullopt);
  EXPECT_EQ(negative_ttl(with_soa(answer(asked, Rcode::server_failure, {}, 2, 512), 20, 60)), std::nullopt);
  const std::vector<Record> one{address_record(*Ip::parse("10.0.0.1"))};
  EXPECT_EQ(negative_ttl(with_soa(answer(asked, Rcode::no_error, one, 2, 512), 20, 60)), std::nullopt);
  Bytes cut = with_soa(answer(asked, Rcode::no_such_name, {}, 2, 512), 300, 60);
  cut.pop_back();
  EXPECT_EQ(negative_ttl(cut), std::nullopt);
}

}  // namespace
}  // namespace orchestrator::network::gateway::dns
