// What commands ask for, as wishes on members: each request changes goals and waits until they have come
// true.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>

#include "orchestrator/supervisor/activation.hpp"
#include "orchestrator/supervisor/convergence.hpp"
#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/one_offs.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/turns.hpp"

namespace orchestrator::supervisor {

class Operations {
 public:
  Operations(Stack& stack, Launcher& launcher, Network& network, Activation& activation)
      : stack_(stack),
        network_(network),
        activation_(activation),
        convergence_(stack, launcher, network),
        one_offs_(stack, launcher, convergence_) {}

  void adopt() { one_offs_.adopt(); }
  /// Answers one request; the last event is `done`. Never throws.
  boost::asio::awaitable<void> handle(std::shared_ptr<Session> session, state::Request request);
  /// A lease has ended: what it holds stops.
  void lease_ended(Session& session);
  /// An `up` is at work, or waits for its turn.
  [[nodiscard]] bool is_updating() const { return turns_.has(Turns::Kind::converge); }

 private:
  void hasten(const state::Request& request);
  boost::asio::awaitable<Outcome> in_turn(std::shared_ptr<Session> session, const state::Request& request);
  boost::asio::awaitable<Outcome> dispatch(std::shared_ptr<Session> session, const state::Request& request,
                                           const Turns::Turn& turn);
  boost::asio::awaitable<Outcome> start(const state::Request& request, const Turns::Turn& turn);
  /// Of a lease that ends, what it holds; else the services named, or all.
  std::vector<Member*> meant_by(const Session& session, const state::Request& request) const;
  boost::asio::awaitable<Outcome> stop(const Session& session, const state::Request& request);
  boost::asio::awaitable<Outcome> restart(const state::Request& request, const Turns::Turn& turn);
  boost::asio::awaitable<Outcome> kill(const Session& session, const state::Request& request);
  boost::asio::awaitable<Outcome> freeze(const state::Request& request, bool pause);
  boost::asio::awaitable<Outcome> remove(const state::Request& request);
  boost::asio::awaitable<Outcome> events(std::shared_ptr<Session> session);
  boost::asio::awaitable<Outcome> down(const state::Request& request);
  boost::asio::awaitable<Outcome> wait_until_removed(Ids ids);
  void leave_orphans(std::vector<Member*>& members, const state::Request& request);

  Stack& stack_;
  Network& network_;
  Activation& activation_;
  Convergence convergence_;
  OneOffs one_offs_;
  Turns turns_{};
};

}  // namespace orchestrator::supervisor
