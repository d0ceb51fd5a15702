// The project's networks as the supervisor drives them: addresses, names and ports of its members. The
// namespace with its bridges and the gateway process are made when the first container needs them.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/project_network.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class Network {
 public:
  explicit Network(Stack& stack) : stack_(stack) {}

  /// Takes over namespace and gateway from an earlier supervisor; where they are lost (the keeper was killed
  /// too), makes new ones and connects the living containers again, with their old addresses. Call when the
  /// members are adopted.
  boost::asio::awaitable<void> adopt(std::map<std::string, runtime::sys::unique_fd>& inherited);

  /// Chooses the member's addresses and writes /etc/hosts, /etc/hostname and /etc/resolv.conf; by target in
  /// the container. Throws std::runtime_error for an address that cannot be given.
  std::map<std::string, std::string> prepare(Member& member);
  /// Gives the new, still waiting container its interfaces and resolver, and claims its published ports.
  /// Throws std::runtime_error where a port is taken.
  boost::asio::awaitable<void> attach(Member& member);
  /// It runs, or does not any longer: names and ports follow.
  void refresh();
  void detach(Member& member);
  /// After the last container: nothing is left.
  boost::asio::awaitable<void> close();

 private:
  void ensure(const Definition& definition);
  boost::asio::awaitable<void> ensure_gateway();
  void connect(Member& member);
  boost::asio::awaitable<void> reconnect(Member& member);
  network::Pool& pool_of(const project::Network& network);
  network::Snapshot snapshot() const;
  void add_names(const Member& member, std::map<std::string, network::NetworkNames>& networks) const;
  void add_ports(const Member& member, network::Snapshot& snapshot) const;
  bool send(const std::vector<network::DnsSockets>& sockets = {});
  static boost::asio::awaitable<void> listen(Network& self, std::shared_ptr<bool> alive);
  void take_ports(Member& member, const network::Applied& applied);

  Stack& stack_;
  std::unique_ptr<network::ProjectNetwork> project_{};
  std::optional<network::GatewayClient> gateway_{};
  std::shared_ptr<bool> gateway_alive_{};
  std::map<std::string, network::BridgeNetwork> networks_{};  ///< by full name
  std::map<std::string, network::Pool> pools_{};              ///< by full name
  std::uint64_t generation_ = 0;
  std::uint64_t applied_generation_ = 0;
  network::Applied applied_{};
};

/// True where the service has interfaces in networks of the project.
bool uses_networks(const project::Service& service);

}  // namespace orchestrator::supervisor
