// The project's networks, as far as the supervisor drives them: addresses, names and ports of its members.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class Network {
 public:
  explicit Network(Stack& stack) : stack_(stack) {}

  /// What an earlier supervisor left with the keeper.
  boost::asio::awaitable<void> adopt(std::map<std::string, runtime::sys::unique_fd>& inherited);
  /// Before the first container: networks of the project that are not there yet.
  boost::asio::awaitable<void> prepare(const project::Project& project);
  /// Writes /etc/hosts, /etc/hostname and /etc/resolv.conf of the member; by target in the container.
  std::map<std::string, std::string> files_for(const Member& member);
  /// Gives the new, still waiting container its interfaces and claims its published ports. Fills in the
  /// record.
  boost::asio::awaitable<void> attach(Member& member);
  /// It runs: its names are answered and its ports lead to it.
  void publish(Member& member);
  void detach(Member& member);
  /// After the last container: nothing is left.
  boost::asio::awaitable<void> close();

 private:
  Stack& stack_;
};

}  // namespace orchestrator::supervisor
