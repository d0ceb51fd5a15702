// Replaces the containers of a service one batch after the other, looks at the new ones for a while, and
// stops or goes back where they fail (plan/rollout.hpp decides).
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/plan/rollout.hpp"
#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/outcome.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/turns.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

class Rollout {
 public:
  Rollout(Stack& stack, Launcher& launcher, Network& network, const state::Request& request,
          const Turns::Turn& turn)
      : stack_(stack), launcher_(launcher), network_(network), request_(request), turn_(turn) {}

  /// `steps` recreate containers of one service of the project. Status 1 where they were not all replaced.
  boost::asio::awaitable<Outcome> update(const project::Project& project, const std::string& service,
                                         std::vector<plan::Step> steps);

 private:
  /// One container that takes over from another, or another that takes its place.
  struct Replacement {
    std::string old_id{};
    std::string new_id{};
    std::shared_ptr<const Definition> before{};
    std::string why{};  ///< it has failed
  };
  using Replacements = std::vector<Replacement>;
  using DefinitionOf = std::function<std::shared_ptr<const Definition>(const plan::Step&)>;

  boost::asio::awaitable<void> replace(std::vector<plan::Step> batch, DefinitionOf definition,
                                       plan::RolloutPolicy policy, Replacements& all);
  Replacement begin(const plan::Step& step, std::shared_ptr<const Definition> definition, bool start_first);
  std::string start_beside(Member& old, std::shared_ptr<const Definition> definition);
  boost::asio::awaitable<void> take_over(Replacement& replacement);
  boost::asio::awaitable<void> watch(Replacements& all, std::chrono::nanoseconds monitor);
  boost::asio::awaitable<void> take_back(Replacements all);
  void look_at(Replacement& replacement);
  [[nodiscard]] static int failures_in(const Replacements& all);

  Stack& stack_;
  Launcher& launcher_;
  Network& network_;
  const state::Request& request_;
  const Turns::Turn& turn_;
};

/// A container that was to take over from another when its supervisor died: waits until it can, and lets it,
/// or removes it where it fails.
boost::asio::awaitable<void> finish_take_over(Stack& stack, Network& network, std::string id);

}  // namespace orchestrator::supervisor
