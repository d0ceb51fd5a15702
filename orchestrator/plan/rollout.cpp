#include "orchestrator/plan/rollout.hpp"

#include <algorithm>

namespace orchestrator::plan {
namespace {

OnFailure on_failure(const std::string& word) {
  if (word == "continue") return OnFailure::go_on;
  return word == "rollback" ? OnFailure::roll_back : OnFailure::pause;
}

/// Neither its name nor an address of its own keeps two of it from running side by side.
bool may_be_there_twice(const project::Service& service) {
  const bool has_address =
      std::any_of(service.networks.begin(), service.networks.end(), [](const auto& attachment) {
        return !attachment.second.ipv4_address.empty() || !attachment.second.ipv6_address.empty();
      });
  return service.container_name.empty() && !has_address;
}

}  // namespace

RolloutPolicy rollout_policy(const project::UpdateConfig& config) {
  RolloutPolicy policy{.start_first = config.order == "start-first",
                       .on_failure = on_failure(config.failure_action)};
  if (config.parallelism) policy.parallelism = *config.parallelism;
  if (config.delay) policy.delay = *config.delay;
  if (config.monitor) policy.monitor = *config.monitor;
  if (config.max_failure_ratio) policy.max_failure_ratio = *config.max_failure_ratio;
  return policy;
}

std::optional<RolloutPolicy> update_policy_of(const project::Service& service) {
  if (!service.deploy || !service.deploy->update_config) return std::nullopt;
  RolloutPolicy policy = rollout_policy(*service.deploy->update_config);
  policy.start_first = policy.start_first && may_be_there_twice(service);
  return policy;
}

RolloutPolicy rollback_policy_of(const project::Service& service) {
  // What has worked before is not looked at for longer than somebody asks for.
  project::UpdateConfig config{.monitor = std::chrono::nanoseconds(0)};
  if (service.deploy && service.deploy->rollback_config) {
    const auto monitor = service.deploy->rollback_config->monitor.value_or(*config.monitor);
    config = *service.deploy->rollback_config;
    config.monitor = monitor;
  }
  RolloutPolicy policy = rollout_policy(config);
  policy.start_first = policy.start_first && may_be_there_twice(service);
  // What is rolled back is not rolled back again.
  if (policy.on_failure == OnFailure::roll_back) policy.on_failure = OnFailure::pause;
  return policy;
}

std::vector<std::vector<Step>> batches_of(const std::vector<Step>& steps, const RolloutPolicy& policy) {
  const std::size_t size = policy.parallelism > 0 ? static_cast<std::size_t>(policy.parallelism)
                                                  : std::max<std::size_t>(1, steps.size());
  std::vector<std::vector<Step>> batches;
  for (std::size_t i = 0; i < steps.size(); i += size) {
    const auto first = steps.begin() + static_cast<std::ptrdiff_t>(i);
    const auto last = steps.begin() + static_cast<std::ptrdiff_t>(std::min(steps.size(), i + size));
    batches.emplace_back(first, last);
  }
  return batches;
}

Verdict judge(const RolloutPolicy& policy, int failed, int total) {
  if (failed == 0 || static_cast<double>(failed) <= policy.max_failure_ratio * total) return Verdict::go_on;
  switch (policy.on_failure) {
    case OnFailure::pause:
      return Verdict::pause;
    case OnFailure::go_on:
      return Verdict::go_on;
    case OnFailure::roll_back:
      return Verdict::roll_back;
  }
  return Verdict::pause;
}

}  // namespace orchestrator::plan
