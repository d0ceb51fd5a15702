// Services that start on demand: asleep until a client comes to one of their ports, and again when nobody has
// come for a while.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/plan/activation.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class Activation {
 public:
  explicit Activation(Stack& stack) : stack_(stack) {}

  /// What the gateway says of the ports that are watched.
  void take(const network::Activity& activity);
  /// A user has started it: as good as a client.
  void use(const std::string& service);
  /// Wakes members and puts them to sleep, for as long as the supervisor lives.
  boost::asio::awaitable<void> follow();

 private:
  bool update();
  void note_ends();
  [[nodiscard]] std::map<std::string, plan::ActivationState> states() const;
  void note_use();

  Stack& stack_;
  std::set<std::string> connected_{};   ///< services that clients are connected to
  std::set<std::string> waited_for_{};  ///< services that clients wait for
  std::set<std::string> alive_{};       ///< ids of members that lived when last looked at
  std::map<std::string, Clock::time_point> last_used_{};
  std::optional<Clock::time_point> next_{};
};

}  // namespace orchestrator::supervisor
