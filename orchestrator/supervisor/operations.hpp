// What commands ask for, as wishes on members: each request changes goals and waits until they have come
// true.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <set>

#include "orchestrator/plan/reconcile.hpp"
#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class Operations {
 public:
  Operations(Stack& stack, Launcher& launcher, Network& network)
      : stack_(stack), launcher_(launcher), network_(network) {}

  /// Answers one request; the last event is `done`. Never throws.
  boost::asio::awaitable<void> handle(std::shared_ptr<Session> session, state::Request request);
  /// A lease has ended: the stack stops.
  void lease_ended(Session& session);
  /// Brings a member's coroutine to life.
  void spawn(const std::string& id);

 private:
  struct Outcome {
    int status = 0;
    std::string text{};
  };
  boost::asio::awaitable<Outcome> dispatch(std::shared_ptr<Session> session, const state::Request& request);
  boost::asio::awaitable<Outcome> up(std::shared_ptr<Session> session, const state::Request& request);
  boost::asio::awaitable<Outcome> start(const state::Request& request);
  boost::asio::awaitable<Outcome> stop(const state::Request& request);
  boost::asio::awaitable<Outcome> restart(const state::Request& request);
  boost::asio::awaitable<Outcome> kill(const state::Request& request);
  boost::asio::awaitable<Outcome> freeze(const state::Request& request, bool pause);
  boost::asio::awaitable<Outcome> remove(const state::Request& request);
  boost::asio::awaitable<Outcome> down(const state::Request& request);
  boost::asio::awaitable<Outcome> wait_until_up(std::set<std::string> ids, const state::Request& request);
  boost::asio::awaitable<void> follow_lease(std::shared_ptr<Session> session, std::set<std::string> ids,
                                            state::Request request);
  void carry_out(const project::Project& project, const plan::Step& step, const state::Request& request);

  Stack& stack_;
  Launcher& launcher_;
  Network& network_;
};

}  // namespace orchestrator::supervisor
