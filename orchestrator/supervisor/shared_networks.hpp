// The networks that this project shares with others: its place in them, and who else is there.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "orchestrator/network/shared_network.hpp"
#include "orchestrator/network/snapshot.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class SharedNetworks {
 public:
  /// `changed`: somebody of another project has come, gone, or become reachable.
  SharedNetworks(Stack& stack, std::function<void()> changed) : stack_(stack), changed_(std::move(changed)) {}

  /// The project's networks, external ones as they are defined; those that do not exist stay as they are.
  [[nodiscard]] std::map<std::string, project::Network> resolve(
      const std::map<std::string, project::Network>& networks) const;

  /// An `attachable` one that is not there yet is made. Throws std::runtime_error for an external one that
  /// does not exist, and for one that belongs to another project.
  network::SharedNetwork& open(const project::Network& network);
  network::AddressPair claim(const network::Seat& seat, const network::Membership& membership);

  /// Tells the others of this project's instances; networks without any are let go.
  void publish(const std::map<std::string, network::Seat>& seats);
  /// Names and addresses of other projects' instances.
  void read(std::map<std::string, network::KnownNetwork>& networks);

  /// Nobody of the project is in any of them; its own ones are removed where nobody else is.
  void close();

 private:
  struct Open {
    std::unique_ptr<network::SharedNetwork> network{};
    std::string written{};
    std::shared_ptr<bool> watched{};  ///< false: the watch ends
  };
  boost::asio::awaitable<void> watch(std::string directory, std::shared_ptr<bool> wanted);
  [[nodiscard]] network::SharedDefinition define(const project::Network& network) const;
  [[nodiscard]] network::SharedMember member_of(const network::Seat& seat,
                                                const network::Membership& membership,
                                                const network::AddressPair& addresses) const;

  Stack& stack_;
  std::function<void()> changed_;
  std::map<std::string, Open> open_{};  ///< by full name
};

}  // namespace orchestrator::supervisor
