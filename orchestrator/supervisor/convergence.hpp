// `up` and `create`: reconciles what the project wants with what is there, wishes the difference, and waits
// until it has come true.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <vector>

#include "orchestrator/plan/observed.hpp"
#include "orchestrator/plan/plan.hpp"
#include "orchestrator/plan/stages.hpp"
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
  void converge(const project::Project& project, const state::Request& request);

 private:
  plan::Plan plan_for(const project::Project& project, const state::Request& request);
  /// An update that was interrupted: where what it was at is still wanted it is waited for, else it is given
  /// up.
  boost::asio::awaitable<Outcome> finish_take_overs(const project::Project& project,
                                                    const state::Request& request, const Turns::Turn& turn,
                                                    Clock::time_point deadline);
  [[nodiscard]] std::vector<plan::Stage> stages_of(const plan::Plan& plan, const project::Project& project,
                                                   const state::Request& request) const;
  boost::asio::awaitable<Outcome> carry_out(std::vector<plan::Stage> stages, const project::Project& project,
                                            const state::Request& request, const Turns::Turn& turn,
                                            Clock::time_point deadline);
  /// Who is to start again, or is to be made anew, is on record as such before anything is touched.
  void intend_restarts(const std::vector<plan::Stage>& stages);
  void carry_out(const plan::Stage& stage, const project::Project& project, const state::Request& request);
  void carry_out(const plan::Step& step, const project::Project& project, const state::Request& request);
  /// After an update that has failed: who is not touched any more must not go on beside what is gone.
  void restart_left_behind(const plan::Stage& stage);
  [[nodiscard]] Ids members_of(const plan::Plan& plan) const;
  void create(const plan::Step& step, const project::Project& project);
  void refresh_definition(Member& member, const project::Project& project);

  Stack& stack_;
  Launcher& launcher_;
  Network& network_;
};

}  // namespace orchestrator::supervisor
