// Replaces the containers of a service one batch after the other, looks at the new ones for a while, and
// stops or goes back where they fail (plan/rollout.hpp decides).
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/plan/plan.hpp"
#include "orchestrator/plan/rollout.hpp"
#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/outcome.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/take_over.hpp"
#include "orchestrator/supervisor/turns.hpp"

namespace orchestrator::supervisor {

class Rollout {
 public:
  /// Goes on until the turn is over or the deadline has passed. What has begun to take over then still does.
  Rollout(Stack& stack, Launcher& launcher, Network& network, const state::Request& request,
          const Turns::Turn& turn, Clock::time_point deadline)
      : stack_(stack),
        launcher_(launcher),
        network_(network),
        request_(request),
        turn_(turn),
        deadline_(deadline) {}

  /// `steps` recreate containers of one service of the project. Status 1 where they were not all replaced.
  boost::asio::awaitable<Outcome> update(const project::Project& project, const std::string& service,
                                         std::vector<plan::Step> steps);

 private:
  /// One container that takes over from another, or another that takes its place.
  struct Replacement {
    std::string id{};  ///< of the new one
    std::shared_ptr<const Definition> before{};
    std::shared_ptr<TakeOver> take_over{};  ///< where both are there for a while
    std::string why{};                      ///< it has failed
  };
  using Replacements = std::vector<Replacement>;
  using DefinitionOf = std::function<std::shared_ptr<const Definition>(const plan::Step&)>;

  /// Batch after batch: replaces, looks at the new ones, judges, and waits for the delay. Adds to `all`.
  boost::asio::awaitable<plan::Verdict> replace(std::vector<plan::Step> steps, DefinitionOf definition,
                                                plan::RolloutPolicy policy, Replacements& all);
  Replacement begin(const plan::Step& step, std::shared_ptr<const Definition> definition, bool start_first);
  Replacement start_beside(Member& old, std::shared_ptr<const Definition> definition);
  /// Until each of the batch has taken its place, or failed.
  boost::asio::awaitable<void> settle(Replacements& batch);
  /// For as long as `monitor` says, or until `failed` before and those of the batch are too many of `total`.
  boost::asio::awaitable<void> watch(Replacements& batch, plan::RolloutPolicy policy, int failed, int total);
  void look_at(Replacement& replacement) const;
  [[nodiscard]] bool has_settled(const Replacement& replacement) const;

  /// Puts `all` back to what was there before. The answer is what keeps it from that; "": nothing.
  boost::asio::awaitable<std::string> take_back(Replacements all, plan::RolloutPolicy policy);
  [[nodiscard]] bool is_over() const { return turn_.is_over() || Clock::now() >= deadline_; }
  [[nodiscard]] Outcome given_up(const Replacements& all) const;

  Stack& stack_;
  Launcher& launcher_;
  Network& network_;
  const state::Request& request_;
  const Turns::Turn& turn_;
  Clock::time_point deadline_;
};

}  // namespace orchestrator::supervisor
