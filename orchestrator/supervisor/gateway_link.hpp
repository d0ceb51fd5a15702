// The gateway process as the supervisor drives it: one snapshot under way at a time, the newest next. Many
// changes while one is being applied are one snapshot.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Under which name the keeper holds the gateway's control socket.
inline constexpr const char* kKeptGateway = "gateway";

class GatewayLink {
 public:
  struct Callbacks {
    std::function<network::Snapshot()> snapshot{};  ///< the present truth, without generation
    /// The gateway has never got the resolver sockets of these views.
    std::function<void(const std::vector<std::string>& keys)> missing{};
    std::function<void()> applied{};  ///< there is a new answer
    std::function<void(const network::Activity&)> activity{};
    std::function<void()> lost{};  ///< it has ended by itself
  };
  GatewayLink(Stack& stack, Callbacks callbacks) : stack_(stack), callbacks_(std::move(callbacks)) {}

  [[nodiscard]] bool is_alive() const { return connection_ != nullptr; }
  /// Starts one for this namespace where none lives.
  void start(int project_netns);
  /// Takes over one that an earlier supervisor has started.
  void adopt(runtime::sys::unique_fd control);
  /// Its end, with all connections.
  void quit();

  /// Goes with the next snapshot.
  void give_resolver(const std::string& key, runtime::sys::unique_fd udp, runtime::sys::unique_fd tcp);
  /// Something has changed: a snapshot goes out soon. The result is for until_applied().
  std::uint64_t refresh();
  /// Waits until the gateway has answered a snapshot that was made after `ticket`. Throws std::runtime_error
  /// where there is no answer.
  boost::asio::awaitable<void> until_applied(std::uint64_t ticket);
  /// Targets of the latest snapshot that no new client is sent to, and that clients still are connected to.
  [[nodiscard]] const std::vector<std::string>& leaving() const { return leaving_; }
  /// The latest answer.
  [[nodiscard]] const network::Applied& applied() const { return applied_; }

 private:
  struct Connection {
    network::GatewayClient client;
  };
  struct Resolver {
    std::string key{};
    runtime::sys::unique_fd udp{};
    runtime::sys::unique_fd tcp{};
  };
  void connect(runtime::sys::unique_fd control);
  static boost::asio::awaitable<void> listen(GatewayLink& self, std::shared_ptr<Connection> connection);
  /// What has come of it; false where it has ended.
  bool take_all(const std::shared_ptr<Connection>& connection);
  void take(network::GatewayClient::Message message);
  void send_if_due();
  void try_again(const std::system_error& error);
  boost::asio::awaitable<void> send_after_pause();
  void lose();

  Stack& stack_;
  Callbacks callbacks_;
  std::shared_ptr<Connection> connection_{};
  std::vector<Resolver> resolvers_{};  ///< not yet sent
  network::Applied applied_{};
  std::vector<std::string> leaving_{};
  std::uint64_t generation_ = 0;  ///< of the latest snapshot sent
  std::uint64_t wanted_ = 0;      ///< tickets given out
  std::uint64_t under_way_ = 0;   ///< the ticket of what has been sent and not answered; 0: nothing has
  std::uint64_t done_ = 0;        ///< the latest ticket answered
  bool pauses_ = false;           ///< a call has failed; it is tried again in a moment
};

}  // namespace orchestrator::supervisor
