// Foreign names that do not exist are remembered for a while.
#include "orchestrator/network/gateway/dns_cache.hpp"

#include <gtest/gtest.h>

#include "dns_bytes.hpp"

namespace orchestrator::network::gateway {
namespace {

using namespace std::chrono_literals;
using dns_test::with_soa;

constexpr Clock::time_point kStart{};

dns::Query question(const std::string& name, unsigned type = 1) {
  return *dns::parse(dns_test::query(name, type)).query;
}
Bytes none(const dns::Query& query, unsigned ttl) {
  return with_soa(dns::answer(query, dns::Rcode::no_such_name, {}, 0, 512), ttl, ttl);
}

TEST(NegativeCache, RemembersForAsLongAsItMay) {
  NegativeCache cache;
  const dns::Query query = question("nobody.example");
  cache.take(query, "1.1.1.1", none(query, 10), kStart);
  EXPECT_EQ(cache.find(query, "1.1.1.1", kStart + 9s), dns::Rcode::no_such_name);
  EXPECT_EQ(cache.find(query, "1.1.1.1", kStart + 10s), std::nullopt);
}

TEST(NegativeCache, NotForLong) {
  NegativeCache cache;
  const dns::Query query = question("nobody.example");
  cache.take(query, "1.1.1.1", none(query, 3600), kStart);
  EXPECT_EQ(cache.find(query, "1.1.1.1", kStart + 31s), std::nullopt);
}

TEST(NegativeCache, AnswersOnlyWhatWasAsked) {
  NegativeCache cache;
  const dns::Query query = question("nobody.example");
  cache.take(query, "1.1.1.1", none(query, 10), kStart);
  EXPECT_EQ(cache.find(question("nobody.example", 28), "1.1.1.1", kStart), std::nullopt);
  EXPECT_EQ(cache.find(question("somebody.example"), "1.1.1.1", kStart), std::nullopt);
  EXPECT_EQ(cache.find(query, "2.2.2.2", kStart), std::nullopt);
}

TEST(NegativeCache, RemembersNothingElse) {
  NegativeCache cache;
  const dns::Query query = question("nobody.example");
  cache.take(query, "", dns::answer(query, dns::Rcode::no_such_name, {}, 0, 512), kStart);
  cache.take(query, "", with_soa(dns::answer(query, dns::Rcode::server_failure, {}, 0, 512), 9, 9), kStart);
  EXPECT_EQ(cache.find(query, "", kStart), std::nullopt);
}

TEST(NegativeCache, IsBounded) {
  NegativeCache cache;
  for (int i = 0; i < 5000; ++i) {
    const dns::Query query = question("n" + std::to_string(i) + ".example");
    cache.take(query, "", none(query, 10), kStart);
  }
  EXPECT_EQ(cache.find(question("n0.example"), "", kStart), std::nullopt);
  EXPECT_EQ(cache.find(question("n4999.example"), "", kStart), dns::Rcode::no_such_name);
}

}  // namespace
}  // namespace orchestrator::network::gateway
