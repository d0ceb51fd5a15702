// The project's networks as the supervisor drives them: addresses, names and ports of its members. The
// namespace with its bridges and the gateway process are made when the first container needs them.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "orchestrator/network/address_plan.hpp"
#include "orchestrator/network/project_network.hpp"
#include "orchestrator/network/snapshot.hpp"
#include "orchestrator/supervisor/activation.hpp"
#include "orchestrator/supervisor/gateway_link.hpp"
#include "orchestrator/supervisor/host_names.hpp"
#include "orchestrator/supervisor/shared_networks.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/way_out.hpp"

namespace orchestrator::supervisor {

/// Under which name the keeper holds the project's namespace.
inline constexpr const char* kKeptNamespace = "netns";

class Network {
 public:
  Network(Stack& stack, Activation& activation);

  /// What the stack is going to be: addresses that services ask for are kept for them, names are known before
  /// anybody runs by them.
  void expect(const project::Project& project);

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
  /// Its container is gone.
  void detach(Member& member);
  /// Waits until clients are sent where members say now. A gateway that does not answer in time is a warning.
  boost::asio::awaitable<void> until_applied();
  /// Waits until no client of a published TCP port is connected to a member that is retiring, or it is to end
  /// at once, or time is over.
  boost::asio::awaitable<void> until_left(std::string id, Clock::time_point deadline);
  /// The member is stopping. Where clients wait for its service, nobody new is sent to it any more when this
  /// returns, and those who were being served have been, or time is over, or it is to be killed.
  boost::asio::awaitable<void> see_clients_out(Member& member, Clock::time_point deadline);
  /// Names and ports follow what members are, for as long as the supervisor lives.
  boost::asio::awaitable<void> follow();
  /// After the last container: nothing is left.
  boost::asio::awaitable<void> close();

 private:
  network::Seat& sit_down(const Member& member);
  void ensure(const network::Seat& seat);
  std::vector<network::Subnet> plan_subnets(const project::Network& network);
  std::vector<network::Subnet> choose_subnets(const project::Network& network);
  network::AddressPair allocate(const network::Seat& seat, const network::Membership& membership);
  network::Bridges& bridges_of(const project::Network& network);
  void connect(const Member& member, const network::Seat& seat);
  void give_resolver(const std::string& id);
  void give_resolver_again(const std::string& id);
  boost::asio::awaitable<void> reconnect(const Member& member);
  void release_addresses(Member& member);
  bool update_seats();
  std::uint64_t tell_seats();
  /// As of the gateway's latest word; of a member that is leaving.
  [[nodiscard]] bool has_clients(const std::string& id) const;
  [[nodiscard]] bool is_needed() const;
  void make_project();
  void take_project(runtime::sys::unique_fd network_namespace, runtime::sys::unique_fd uplink);
  void note_ports();
  void redirect_ports();
  void expect_project_file();
  void write_plan();
  boost::asio::awaitable<void> revive();

  Stack& stack_;
  std::unique_ptr<network::ProjectNetwork> project_{};
  SharedNetworks shared_;
  HostNames host_names_;
  WayOut way_out_;
  network::AddressPlan plan_{};
  std::string written_plan_{};
  std::map<std::string, network::KnownNetwork> networks_{};  ///< by full name
  std::map<std::string, project::Network> declared_{};       ///< of the latest stack file; by full name
  std::map<std::string, network::Seat> seats_{};             ///< by member id
  std::set<std::string> connected_{};                        ///< ids of members that have their interfaces
  std::map<std::string, runtime::sys::unique_fd> resolver_rules_{};  ///< by member id; see ResolverSockets
  bool ipv6_routed_ = false;
  Clock::time_point last_revival_{};
  int hasty_revivals_ = 0;  ///< in a row, each soon after the one before
  GatewayLink gateway_;
};

}  // namespace orchestrator::supervisor
