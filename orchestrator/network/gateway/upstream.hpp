// Asks other name servers for what is not ours: over UDP or TCP, one server after the other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "orchestrator/network/gateway/dns_message.hpp"
#include "orchestrator/network/gateway/loop.hpp"

namespace orchestrator::network::gateway {

/// Name servers of the host: `nameserver` lines of resolv.conf(5). Pure.
std::vector<Ip> parse_resolv_conf(std::string_view text);

class Upstream {
 public:
  /// The whole answer with the query's own id, or nothing where no server gave any.
  using Done = std::function<void(std::optional<Bytes> answer)>;
  /// Makes what a server is asked by: `type` is SOCK_DGRAM or SOCK_STREAM. Throws std::system_error.
  using MakeSocket = std::function<runtime::sys::unique_fd(const Ip& server, int type)>;

  explicit Upstream(Loop& loop);
  ~Upstream();

  /// `message` is the client's, unchanged. Servers that do not answer within 1.5 s, or with SERVFAIL or
  /// REFUSED, are followed by the next; where none says anything, all are asked once more. Nothing is asked,
  /// and `done` called at once, beyond 1024 questions at a time.
  void ask(const Bytes& message, const dns::Query& query, std::vector<Ip> servers, bool tcp,
           MakeSocket make_socket, Done done);

 private:
  struct Question;
  void next_server(Question& question);
  void readable(Question& question, std::uint32_t events);
  void take_answer(Question& question, Bytes answer);
  void finish(Question& question, std::optional<Bytes> answer);

  Loop& loop_;
  std::unordered_map<Question*, std::unique_ptr<Question>> open_;
};

}  // namespace orchestrator::network::gateway
