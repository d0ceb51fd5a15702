#include "orchestrator/supervisor/port_probe.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "orchestrator/supervisor/http_probe.hpp"
#include "orchestrator/supervisor/quietly.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/netlink/socket.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using asio::posix::descriptor_base;

namespace {

/// A status line is shorter, and of a body that complains its beginning is enough.
constexpr std::size_t kLongestAnswer = 2048;

bool is_port(const std::string& address) { return address.find(':') == std::string::npos; }

/// 0, or errno; EINPROGRESS where it takes time.
int begin_to_connect(int socket, const std::string& host, std::uint16_t port) {
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = htons(port)};
  sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_port = htons(port)};
  const bool is_v6 = host.starts_with('[');
  if (is_v6)
    ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6.sin6_addr);
  else
    ::inet_pton(AF_INET, host.c_str(), &v4.sin_addr);
  const auto* address =
      is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  return ::connect(socket, address, is_v6 ? sizeof v6 : sizeof v4) == 0 ? 0 : errno;
}

int error_of(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// TCP lets a socket connect to itself where its own port happens to be the one that is asked for.
bool is_itself(int socket) {
  sockaddr_storage own{};
  sockaddr_storage peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 &&
         ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 &&
         own_size == peer_size && std::memcmp(&own, &peer, own_size) == 0;
}

/// What is wrong with an answer; empty where nothing is.
std::string complaint(const project::HttpProbe& probe, const std::string& answer) {
  const auto status = http_status(answer);
  if (!status) return "GET " + probe.path + ": the answer is not HTTP";
  if (!accepts(probe, *status)) return "GET " + probe.path + ": " + answer.substr(0, answer.find("\r\n"));
  return "";
}

}  // namespace

std::shared_ptr<PortProbe> PortProbe::start(Stack& stack, const project::NativeProbe& probe,
                                            const Looked& at) {
  const std::shared_ptr<PortProbe> made(new PortProbe(stack));
  made->http_ = probe.http;
  spawn(stack.loop, look(made, network_of(at), probe.http ? probe.http->address : probe.tcp));
  return made;
}

std::vector<PortProbe::Candidate> PortProbe::first_candidates(int network, const std::string& address) {
  std::vector<Endpoint> endpoints{{"127.0.0.1", address}, {"[::1]", address}};
  if (!is_port(address)) {
    const auto colon = address.rfind(':');
    endpoints = {{address.substr(0, colon), address.substr(colon + 1)}};
  }
  std::vector<Candidate> candidates;
  runtime::netlink::inside_network(network, [&] { candidates = candidates_here(endpoints); });
  return candidates;
}

/// Whatever else its network has: that may be another container's, or the host's.
std::vector<PortProbe::Candidate> PortProbe::other_candidates(int network, const std::string& port) {
  std::vector<Candidate> candidates;
  runtime::netlink::inside_network(network, [&] {
    runtime::netlink::Socket routes(NETLINK_ROUTE);
    std::vector<Endpoint> endpoints;
    for (const std::string& own : runtime::netlink::local_addresses(routes)) {
      // A link-local address means nothing without its interface.
      if (own == "127.0.0.1" || own == "::1" || own.starts_with("fe80:")) continue;
      endpoints.push_back({own.find(':') == std::string::npos ? own : "[" + own + "]", port});
    }
    if (!endpoints.empty()) candidates = candidates_here(endpoints);
  });
  return candidates;
}

std::vector<PortProbe::Candidate> PortProbe::candidates_here(const std::vector<Endpoint>& endpoints) {
  std::vector<Candidate> all;
  int error = 0;
  for (const Endpoint& to : endpoints) {
    sys::unique_fd socket(
        ::socket(to.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) error = errno;
    if (socket) all.push_back({.to = to, .socket = std::move(socket)});
  }
  // Where the host has no IPv6 nobody listens there; any other shortage is ours and not the container's.
  if (all.empty() || (error != 0 && error != EAFNOSUPPORT))
    sys::throw_errno("make a socket in the container's network", error);
  return all;
}

void PortProbe::end() {
  is_given_up_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

/// "PORT" means wherever the container may listen. Most listen on loopback as well, so the others are asked
/// for only where that does not lead to somebody.
asio::awaitable<void> PortProbe::look(std::shared_ptr<PortProbe> self, sys::unique_fd network,
                                      std::string address) {
  try {
    std::vector<Candidate> candidates = first_candidates(network.get(), address);
    const std::string host = candidates.front().to.host + ":" + candidates.front().to.port;
    bool is_reached = co_await self->reach(std::move(candidates));
    if (!is_reached && !self->is_given_up_ && is_port(address)) {
      std::vector<Candidate> others = other_candidates(network.get(), address);
      is_reached = co_await self->reach(std::move(others));
    }
    if (is_reached) self->failure_.clear();
    if (is_reached && self->http_) self->failure_ = co_await self->ask(host);
  } catch (const std::exception& error) {
    self->failure_ = error.what();
  }
  if (self->is_given_up_) co_return;
  self->is_over_ = true;
  self->stack_.changed.notify();
}

/// Connects to the first that answers; of none, what the first has said is the failure.
asio::awaitable<bool> PortProbe::reach(std::vector<Candidate> candidates) {
  for (Candidate& candidate : candidates) {
    const std::string where = candidate.to.host + ":" + candidate.to.port;
    const int error = co_await connect(std::move(candidate));
    if (error == 0) co_return true;
    if (is_given_up_) co_return false;
    if (failure_.empty()) failure_ = "connect to " + where + ": " + std::strerror(error);
  }
  co_return false;
}

asio::awaitable<int> PortProbe::connect(Candidate candidate) {
  const int error = begin_to_connect(candidate.socket.get(), candidate.to.host,
                                     static_cast<std::uint16_t>(std::stoi(candidate.to.port)));
  if (is_given_up_) co_return ECANCELED;
  if (error != 0 && error != EINPROGRESS) co_return error;
  boost::system::error_code unwatched;
  socket_.assign(candidate.socket.get(), unwatched);
  if (unwatched) co_return unwatched.value();
  (void)candidate.socket.release();
  if (error == 0) co_return 0;
  const auto [failed] = co_await socket_.async_wait(descriptor_base::wait_write, kQuietly);
  if (failed || is_given_up_) co_return ECANCELED;
  const int failure = error_of(socket_.native_handle());
  const int outcome = failure == 0 && is_itself(socket_.native_handle()) ? ECONNREFUSED : failure;
  boost::system::error_code ignored;
  if (outcome != 0) socket_.close(ignored);
  co_return outcome;
}

asio::awaitable<std::string> PortProbe::ask(std::string host) {
  const bool is_sent = co_await send(http_request(*http_, host));
  if (!is_sent) co_return "GET " + http_->path + ": the connection is closed before the request";
  const std::string answer = co_await receive();
  co_return complaint(*http_, answer);
}

asio::awaitable<bool> PortProbe::send(std::string request) {
  for (std::size_t at = 0; at < request.size();) {
    const ssize_t size = sys::retry([&] {
      return ::send(socket_.native_handle(), request.data() + at, request.size() - at, MSG_NOSIGNAL);
    });
    if (size < 0 && errno != EAGAIN) co_return false;
    if (size >= 0) at += static_cast<std::size_t>(size);
    if (size >= 0) continue;
    const auto [failed] = co_await socket_.async_wait(descriptor_base::wait_write, kQuietly);
    if (failed || is_given_up_) co_return false;
  }
  co_return true;
}

/// Up to the end of its first line.
asio::awaitable<std::string> PortProbe::receive() {
  std::string answer;
  std::array<char, kLongestAnswer> piece{};
  while (answer.size() < kLongestAnswer && answer.find("\r\n") == std::string::npos) {
    const auto [failed] = co_await socket_.async_wait(descriptor_base::wait_read, kQuietly);
    if (failed || is_given_up_) break;
    const ssize_t size =
        sys::retry([&] { return ::recv(socket_.native_handle(), piece.data(), piece.size(), 0); });
    if (size < 0 && errno == EAGAIN) continue;
    if (size <= 0) break;
    answer.append(piece.data(), static_cast<std::size_t>(size));
  }
  co_return answer;
}

}  // namespace orchestrator::supervisor
