// `up` and `create`: reconciles what the project wants with what is there, wishes the difference, and waits
// until it has come true.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>

#include "orchestrator/plan/observed.hpp"
#include "orchestrator/plan/plan.hpp"
#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/outcome.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/turns.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

/// What is there, for plans.
plan::Observed observed_in(const Stack& stack);

class Convergence {
 public:
  Convergence(Stack& stack, Launcher& launcher, Network& network)
      : stack_(stack), launcher_(launcher), network_(network) {}

  boost::asio::awaitable<Outcome> up(std::shared_ptr<Session> session, const state::Request& request,
                                     const Turns::Turn& turn);
  /// Wishes what `up` would with this request; what is replaced bit by bit is left to it.
  plan::Plan converge(const project::Project& project, const state::Request& request);
  /// Waits until the members run, or are healthy where the request says `wait`, or never will, or the turn is
  /// over. Of `jobs`, where it says `wait`, until they have ended.
  boost::asio::awaitable<Outcome> wait_until_up(Ids ids, const state::Request& request,
                                                const Turns::Turn& turn, std::set<std::string> jobs = {});

 private:
  /// Waits until what is made anew is, and what is removed is gone.
  boost::asio::awaitable<Outcome> wait_until_created(plan::Plan plan, const Turns::Turn& turn);
  void carry_out(const plan::Plan& plan, const project::Project& project, const state::Request& request);
  bool is_rolled(const plan::Step& step, const project::Project& project,
                 const state::Request& request) const;
  boost::asio::awaitable<Outcome> roll_out(const plan::Plan& plan, const project::Project& project,
                                           const state::Request& request, const Turns::Turn& turn);
  [[nodiscard]] Ids members_of(const plan::Plan& plan) const;
  [[nodiscard]] bool any_is_left(const plan::Plan& plan) const;
  void carry_out(const plan::Step& step, const project::Project& project, const state::Request& request);
  void create(const plan::Step& step, const project::Project& project);
  void refresh_definition(Member& member, const project::Project& project);
  boost::asio::awaitable<void> follow_lease(std::shared_ptr<Session> session, Ids ids, state::Request request,
                                            std::set<std::string> jobs);

  Stack& stack_;
  Launcher& launcher_;
  Network& network_;
};

}  // namespace orchestrator::supervisor
