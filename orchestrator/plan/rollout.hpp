// Decides only: how the containers of a service are replaced one after the other, and when that has gone
// wrong (`deploy.update_config`, `deploy.rollback_config`).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/plan/plan.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::plan {

enum class OnFailure { pause, go_on, roll_back };

struct RolloutPolicy {
  int parallelism = 1;               ///< 0: all at once
  std::chrono::nanoseconds delay{};  ///< between two batches
  bool start_first = false;          ///< the new container runs before the old one ends
  OnFailure on_failure = OnFailure::pause;
  std::chrono::nanoseconds monitor = std::chrono::seconds(5);  ///< how long a new container is looked at
  double max_failure_ratio = 0;                                ///< of containers that may fail
  friend bool operator==(const RolloutPolicy&, const RolloutPolicy&) = default;
};
RolloutPolicy rollout_policy(const project::UpdateConfig& config);

/// How the service's containers are replaced; nothing: as up does without update_config, all at once. A
/// container_name is one container's, so the old one has to go first.
std::optional<RolloutPolicy> update_policy_of(const project::Service& service);
/// How they are taken back, as the service says whose update has failed.
RolloutPolicy rollback_policy_of(const project::Service& service);

/// The steps, one list per batch.
std::vector<std::vector<Step>> batches_of(const std::vector<Step>& steps, const RolloutPolicy& policy);

enum class Verdict { go_on, pause, roll_back };
/// After `failed` of `total` containers have failed.
Verdict judge(const RolloutPolicy& policy, int failed, int total);

}  // namespace orchestrator::plan
