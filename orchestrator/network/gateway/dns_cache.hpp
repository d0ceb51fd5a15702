// Foreign names that do not exist: programs ask for them again and again (search domains, AAAA records), and
// the answer comes from far away.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "orchestrator/network/gateway/dns_message.hpp"
#include "orchestrator/network/gateway/loop.hpp"

namespace orchestrator::network::gateway {

class NegativeCache {
 public:
  /// Remembers an upstream's answer to `query` where it is negative and may be remembered. `servers` are
  /// those that were asked: others may know better.
  void take(const dns::Query& query, const std::string& servers, ByteView answer, Clock::time_point now);
  /// no_such_name, or no_error for a name without such records.
  [[nodiscard]] std::optional<dns::Rcode> find(const dns::Query& query, const std::string& servers,
                                               Clock::time_point now) const;

 private:
  struct Known {
    dns::Rcode rcode = dns::Rcode::no_such_name;
    Clock::time_point until{};
  };
  std::map<std::string, Known> known_{};
};

}  // namespace orchestrator::network::gateway
