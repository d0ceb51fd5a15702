// Carries out what a member's life decides: makes, starts, cleans up, removes. Intents are written before
// resources.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>

#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class Launcher {
 public:
  Launcher(Stack& stack, Network& network) : stack_(stack), network_(network) {}

  /// Throws runtime::StartError, std::runtime_error; what was made by then is undone by `undo`.
  boost::asio::awaitable<void> start(Member& member);
  boost::asio::awaitable<void> undo(Member& member);

  /// Before it is told to end: see Network.
  boost::asio::awaitable<void> see_clients_out(Member& member, Clock::time_point deadline) {
    return network_.see_clients_out(member, deadline);
  }
  /// After the process has ended: its status; output drained, cgroup, network and descriptors gone.
  boost::asio::awaitable<state::Exit> clean_up(Member& member);
  /// The end is on disk: the keeper may forget the process.
  void forget_process(Member& member);

  /// Takes up `replacement`: a fresh container with the new definition.
  void replace(Member& member);
  /// Deletes everything the instance has on disk.
  void remove(Member& member);

  /// Keeps the networks that living members share with others, also with those that do not live; call when
  /// all members are there.
  void hold_shared_networks();

  /// Takes over a living process found at the start. False where it is gone.
  bool adopt(Member& member, std::map<std::string, runtime::sys::unique_fd>& inherited);

 private:
  void write_intent(Member& member);
  void let_go_of_network(Member& member);
  /// For good: whoever lives in its network has to come along.
  void leave_network(Member& member);
  /// Everything that hangs on an incarnation goes, in the order it was made backwards.
  boost::asio::awaitable<void> release(Member& member);

  Stack& stack_;
  Network& network_;
};

}  // namespace orchestrator::supervisor
