#include "orchestrator/supervisor/gateway_link.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

constexpr auto kPatience = std::chrono::seconds(10);
/// What a call has found none of is most often there again soon.
constexpr auto kPause = std::chrono::milliseconds(200);

}  // namespace

void GatewayLink::start(int project_netns) {
  if (is_alive()) return;
  network::StartedGateway started = network::start_gateway(project_netns, stack_.paths.project);
  stack_.keeper.store(kKeptGateway, started.control.get());
  connect(std::move(started.control));
}

void GatewayLink::adopt(sys::unique_fd control) { connect(std::move(control)); }

void GatewayLink::connect(sys::unique_fd control) {
  connection_ = std::make_shared<Connection>(Connection{network::GatewayClient(std::move(control))});
  under_way_ = 0;
  spawn(stack_.loop, listen(*this, connection_));
}

void GatewayLink::quit() {
  stack_.keeper.drop(kKeptGateway);
  if (connection_) (void)connection_->client.quit();
  connection_ = nullptr;
  resolvers_.clear();
}

asio::awaitable<void> GatewayLink::listen(GatewayLink& self, std::shared_ptr<Connection> connection) {
  Watch watch(self.stack_.loop.get_executor(), connection->client.fd());
  for (;;) {
    const bool goes_on = co_await watch.readable();
    if (!goes_on || self.connection_ != connection) co_return;
    const bool lives = self.take_all(connection);
    if (lives) continue;
    if (self.connection_ == connection) self.lose();
    co_return;
  }
}

bool GatewayLink::take_all(const std::shared_ptr<Connection>& connection) {
  std::vector<network::GatewayClient::Message> messages;
  bool lives = true;
  try {
    while (auto message = connection->client.receive()) messages.push_back(std::move(*message));
  } catch (const std::system_error& error) {
    lives = sys::errno_of(error) != ECONNRESET;
    if (lives) try_again(error);
  } catch (const std::runtime_error&) {
    (void)connection->client.quit();  // another program's; it is replaced when it has ended
  }
  for (network::GatewayClient::Message& message : messages)
    if (connection_ == connection) take(std::move(message));
  return lives;
}

void GatewayLink::lose() {
  connection_ = nullptr;
  leaving_.clear();
  stack_.keeper.drop(kKeptGateway);
  stack_.changed.notify();
  callbacks_.lost();
}

void GatewayLink::take(network::GatewayClient::Message message) {
  if (const auto* activity = std::get_if<network::Activity>(&message)) {
    leaving_ = activity->leaving;
    return callbacks_.activity(*activity);
  }
  auto& answer = std::get<network::Applied>(message);
  if (answer.generation != generation_) return;  // of an earlier supervisor's snapshot
  applied_ = std::move(answer);
  leaving_ = applied_.leaving;
  done_ = std::max(done_, under_way_);
  under_way_ = 0;
  if (!applied_.error.empty()) stack_.warn("network: " + applied_.error);
  if (!applied_.missing.empty()) callbacks_.missing(applied_.missing);
  callbacks_.applied();
  stack_.changed.notify();
  send_if_due();
}

void GatewayLink::give_resolver(const std::string& key, sys::unique_fd udp, sys::unique_fd tcp) {
  std::erase_if(resolvers_, [&](const Resolver& one) { return one.key == key; });
  resolvers_.push_back({.key = key, .udp = std::move(udp), .tcp = std::move(tcp)});
}

std::uint64_t GatewayLink::refresh() {
  const std::uint64_t ticket = ++wanted_;
  send_if_due();
  return ticket;
}

void GatewayLink::send_if_due() {
  if (!connection_ || under_way_ != 0 || done_ == wanted_) return;
  network::Snapshot snapshot = callbacks_.snapshot();
  // Greater than every earlier supervisor's.
  generation_ = std::max(generation_ + 1, static_cast<std::uint64_t>(wall_clock_ns()));
  snapshot.generation = generation_;
  std::vector<network::DnsSockets> sockets;
  for (const Resolver& one : resolvers_)
    sockets.push_back({.key = one.key, .udp = one.udp.get(), .tcp = one.tcp.get()});
  try {
    if (!connection_->client.apply(snapshot, sockets)) return;  // listen() hears of its end
  } catch (const std::system_error& error) {
    return try_again(error);
  }
  under_way_ = wanted_;
  resolvers_.clear();
}

/// The gateway lives, and clients are connected through it: it is told everything once more.
void GatewayLink::try_again(const std::system_error& error) {
  ++wanted_;
  under_way_ = 0;
  if (std::exchange(pauses_, true)) return;
  stack_.warn(std::string("the network gateway is told again: ") + error.what());
  spawn(stack_.loop, send_after_pause());
}

asio::awaitable<void> GatewayLink::send_after_pause() {
  co_await stack_.changed.until([] { return false; }, Clock::now() + kPause);
  pauses_ = false;
  send_if_due();
}

asio::awaitable<void> GatewayLink::until_applied(std::uint64_t ticket) {
  // Should this gateway end, its successor answers.
  const bool answered =
      co_await stack_.changed.until([&] { return done_ >= ticket; }, Clock::now() + kPatience);
  if (!answered) throw std::runtime_error("the network gateway does not answer");
}

}  // namespace orchestrator::supervisor
