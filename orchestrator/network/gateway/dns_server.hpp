// Answers the containers on the sockets that lie in their own network namespaces: the socket says who asks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/network/gateway/dns_answers.hpp"
#include "orchestrator/network/gateway/dns_cache.hpp"
#include "orchestrator/network/gateway/listener.hpp"
#include "orchestrator/network/gateway/upstream.hpp"

namespace orchestrator::network::gateway {

class DnsServer {
 public:
  explicit DnsServer(Loop& loop);
  ~DnsServer();

  /// A container's sockets, in place of earlier ones of the same key.
  void take_sockets(const std::string& key, runtime::sys::unique_fd udp, runtime::sys::unique_fd tcp);
  /// Forgets the sockets of views that are gone; returns the keys of views whose sockets it has never got.
  std::vector<std::string> apply(const Snapshot& snapshot);

 private:
  struct Resolver;
  struct Client;
  /// What is to be sent back; nothing yet where somebody else is asked.
  using Reply = std::function<void(const Bytes& answer)>;

  void datagrams(Resolver& resolver);
  void accepted(Resolver& resolver, runtime::sys::unique_fd socket);
  void from_client(Client& client);
  void drop(Client& client);
  void answer(const std::string& key, const Bytes& message, bool tcp, const Reply& reply);
  void forward(const DnsView& view, const dns::Query& query, const Bytes& message, bool tcp,
               const Reply& reply);
  [[nodiscard]] std::vector<Ip> servers_of(const DnsView& view) const;
  /// Where a server next door is asked from: the asker's own namespace.
  [[nodiscard]] runtime::sys::unique_fd socket_for(const std::string& key, const Ip& server, int type) const;

  Loop& loop_;
  Upstream upstream_;
  NegativeCache negative_{};
  Directory directory_{};
  std::vector<std::string> resolvers_{};
  std::map<std::string, DnsView> views_{};
  std::map<std::string, std::unique_ptr<Resolver>> sockets_;
  std::map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::uint64_t last_client_ = 0;
  Rotation rotation_{};
};

}  // namespace orchestrator::network::gateway
