#include "orchestrator/network/gateway/dns_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "orchestrator/network/gateway/datagram.hpp"
#include "orchestrator/network/gateway/sockets.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network::gateway {

namespace {

/// Docker's 600 makes nginx and Java keep dead addresses; 0 defeats harmless caches.
constexpr std::uint32_t kTtl = 2;
constexpr auto kIdle = std::chrono::seconds(10);
/// TCP connections of one container: who opens more and says nothing starves only himself.
constexpr std::size_t kMostClientsOfOne = 32;
/// Of all together, as each takes a descriptor.
constexpr std::size_t kMostClients = 1024;

std::vector<dns::Record> records_of(const Answer& answer, dns::Type type) {
  std::vector<dns::Record> records;
  for (const Ip& ip : answer.addresses)
    if ((type == dns::Type::a) == (ip.family == AF_INET)) records.push_back(dns::address_record(ip));
  if (!answer.pointer.empty()) records.push_back(dns::pointer_record(answer.pointer));
  return records;
}

}  // namespace

struct DnsServer::Resolver {
  std::string key{};
  runtime::sys::unique_fd udp{};
  std::unique_ptr<Watch> watch{};
  std::unique_ptr<Listener> listener{};
  std::size_t clients = 0;
};

struct DnsServer::Client {
  std::uint64_t number = 0;
  std::string key{};
  runtime::sys::unique_fd socket{};
  std::unique_ptr<Watch> watch{};
  std::unique_ptr<Timer> idle{};
  Bytes received{};
};

DnsServer::DnsServer(Loop& loop) : loop_(loop), upstream_(loop) {}
DnsServer::~DnsServer() = default;

void DnsServer::take_sockets(const std::string& key, runtime::sys::unique_fd udp,
                             runtime::sys::unique_fd tcp) {
  auto resolver = std::make_unique<Resolver>();
  Resolver& taken = *resolver;
  taken.key = key;
  taken.udp = std::move(udp);
  taken.watch =
      std::make_unique<Watch>(loop_, taken.udp.get(), [this, &taken](std::uint32_t) { datagrams(taken); });
  taken.watch->want(EPOLLIN);
  taken.listener = std::make_unique<Listener>(
      loop_, std::move(tcp), [this, &taken](runtime::sys::unique_fd socket, const Endpoint&) {
        accepted(taken, std::move(socket));
      });
  sockets_[key] = std::move(resolver);
}

std::vector<std::string> DnsServer::apply(const Snapshot& snapshot) {
  directory_ = Directory(snapshot);
  resolvers_ = snapshot.resolvers;
  views_.clear();
  std::vector<std::string> missing;
  for (const DnsView& view : snapshot.views) {
    views_[view.key] = view;
    if (!sockets_.contains(view.key)) missing.push_back(view.key);
  }
  std::erase_if(sockets_, [&](const auto& entry) { return !views_.contains(entry.first); });
  return missing;
}

void DnsServer::datagrams(Resolver& resolver) {
  std::array<std::uint8_t, 4096> buffer{};
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    SocketAddress from;
    const ssize_t size =
        ::recvfrom(resolver.udp.get(), buffer.data(), buffer.size(), 0, from.get(), &from.length);
    if (size < 0) return;
    // The answer may come when the container, and with it this socket, has gone.
    answer(resolver.key, Bytes(buffer.begin(), buffer.begin() + size), false,
           [this, key = resolver.key, from](const Bytes& reply) {
             const auto found = sockets_.find(key);
             if (found != sockets_.end())
               (void)::sendto(found->second->udp.get(), reply.data(), reply.size(), MSG_DONTWAIT, from.get(),
                              from.length);
           });
  }
}

void DnsServer::accepted(Resolver& resolver, runtime::sys::unique_fd socket) {
  if (clients_.size() >= kMostClients || resolver.clients >= kMostClientsOfOne) return;
  ++resolver.clients;
  auto owned = std::make_unique<Client>();
  Client& client = *owned;
  client.number = ++last_client_;
  client.key = resolver.key;
  client.socket = std::move(socket);
  client.watch = std::make_unique<Watch>(loop_, client.socket.get(),
                                         [this, &client](std::uint32_t) { from_client(client); });
  client.watch->want(EPOLLIN);
  client.idle = std::make_unique<Timer>(loop_, [this, &client] { drop(client); });
  client.idle->start(kIdle);
  clients_.emplace(client.number, std::move(owned));
}

void DnsServer::drop(Client& client) {
  client.watch->want(0);
  client.idle->stop();
  loop_.later([this, number = client.number, key = client.key] {
    if (clients_.erase(number) == 0) return;
    if (const auto resolver = sockets_.find(key); resolver != sockets_.end() && resolver->second->clients > 0)
      --resolver->second->clients;
  });
}

void DnsServer::from_client(Client& client) {
  std::array<std::uint8_t, 4096> buffer{};
  const ssize_t size = ::recv(client.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return drop(client);
  client.idle->start(kIdle);
  client.received.insert(client.received.end(), buffer.begin(), buffer.begin() + size);
  while (client.received.size() >= 2) {
    const std::size_t length = static_cast<std::size_t>(client.received[0]) << 8 | client.received[1];
    if (client.received.size() < 2 + length) return;
    const auto begin = client.received.begin() + 2;
    const Bytes message(begin, begin + static_cast<std::ptrdiff_t>(length));
    client.received.erase(client.received.begin(), begin + static_cast<std::ptrdiff_t>(length));
    answer(client.key, message, true, [this, number = client.number](const Bytes& reply) {
      const auto found = clients_.find(number);
      if (found == clients_.end()) return;
      Bytes wire{static_cast<std::uint8_t>(reply.size() >> 8), static_cast<std::uint8_t>(reply.size())};
      wire.insert(wire.end(), reply.begin(), reply.end());
      // An answer fits into an empty socket buffer; who does not read gets no second one.
      if (::send(found->second->socket.get(), wire.data(), wire.size(), MSG_DONTWAIT | MSG_NOSIGNAL) !=
          static_cast<ssize_t>(wire.size()))
        drop(*found->second);
    });
  }
}

void DnsServer::answer(const std::string& key, const Bytes& message, bool tcp, const Reply& reply) {
  const auto view = views_.find(key);
  if (view == views_.end()) return;
  const dns::Parsed parsed = dns::parse(message);
  if (!parsed.query) {
    if (parsed.error) reply(dns::error_answer(message, *parsed.error));
    return;
  }
  const dns::Query& query = *parsed.query;
  const std::size_t limit = tcp ? dns::kLargestTcp : dns::udp_limit(query);
  Answer found = directory_.look_up(view->second, query.name, query.type);
  rotation_.apply(query, found.addresses);
  switch (found.verdict) {
    case Verdict::records:
      return reply(dns::answer(query, dns::Rcode::no_error, records_of(found, query.type), kTtl, limit));
    case Verdict::no_data:
      return reply(dns::answer(query, dns::Rcode::no_error, {}, kTtl, limit));
    case Verdict::no_such_name:
      return reply(dns::answer(query, dns::Rcode::no_such_name, {}, kTtl, limit));
    case Verdict::forward:
      return forward(view->second, query, message, tcp, reply);
  }
}

std::vector<Ip> DnsServer::servers_of(const DnsView& view) const {
  if (!view.servers.empty()) return parse_ips(view.servers);
  if (!resolvers_.empty()) return parse_ips(resolvers_);
  return parse_resolv_conf(runtime::sys::read_file_if_exists("/etc/resolv.conf").value_or(""));
}

runtime::sys::unique_fd DnsServer::socket_for(const std::string& key, const Ip& server, int type) const {
  const auto view = views_.find(key);
  const auto asker = sockets_.find(key);
  const bool next_door =
      view != views_.end() && asker != sockets_.end() && directory_.is_next_door(view->second, server);
  return next_door ? socket_beside(asker->second->udp.get(), server.family, type)
                   : host_socket(server.family, type);
}

void DnsServer::forward(const DnsView& view, const dns::Query& query, const Bytes& message, bool tcp,
                        const Reply& reply) {
  const std::vector<Ip> servers = directory_.reachable(view, servers_of(view));
  std::string asked;
  for (const Ip& server : servers) asked += server.text() + " ";
  if (const auto known = negative_.find(query, asked, Clock::now()))
    return reply(dns::answer(query, tolerable(*known, query), {}, kTtl, dns::kLargestUdp));
  const auto make_socket = [this, key = view.key](const Ip& server, int type) {
    return socket_for(key, server, type);
  };
  upstream_.ask(message, query, servers, tcp, make_socket,
                [this, query, reply, asked](std::optional<Bytes> answer) {
                  const dns::Rcode rcode = answer ? dns::rcode_of(*answer) : dns::Rcode::server_failure;
                  const dns::Rcode shown = tolerable(rcode, query);
                  if (answer) negative_.take(query, asked, *answer, Clock::now());
                  if (answer && shown == rcode) return reply(*answer);
                  reply(dns::answer(query, shown, {}, kTtl, dns::kLargestUdp));
                });
}

}  // namespace orchestrator::network::gateway
