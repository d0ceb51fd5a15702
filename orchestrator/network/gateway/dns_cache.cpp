#include "orchestrator/network/gateway/dns_cache.hpp"

#include <algorithm>

namespace orchestrator::network::gateway {

namespace {

constexpr std::size_t kMost = 1024;
/// A name that somebody has just registered is not to be missed for long.
constexpr std::uint32_t kLongest = 30;

std::string key_of(const dns::Query& query, const std::string& servers) {
  return query.name + " " + std::to_string(static_cast<unsigned>(query.type)) + " " +
         std::to_string(query.klass) + " " + servers;
}

}  // namespace

void NegativeCache::take(const dns::Query& query, const std::string& servers, ByteView answer,
                         Clock::time_point now) {
  const auto ttl = dns::negative_ttl(answer);
  if (!ttl || *ttl == 0) return;
  if (known_.size() >= kMost)
    std::erase_if(known_, [&](const auto& entry) { return entry.second.until <= now; });
  if (known_.size() >= kMost) known_.clear();
  known_[key_of(query, servers)] = {.rcode = dns::rcode_of(answer),
                                    .until = now + std::chrono::seconds(std::min(*ttl, kLongest))};
}

std::optional<dns::Rcode> NegativeCache::find(const dns::Query& query, const std::string& servers,
                                              Clock::time_point now) const {
  const auto found = known_.find(key_of(query, servers));
  if (found == known_.end() || found->second.until <= now) return std::nullopt;
  return found->second.rcode;
}

}  // namespace orchestrator::network::gateway
