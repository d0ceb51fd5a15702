#include "orchestrator/plan/restart.hpp"

#include <algorithm>

namespace orchestrator::plan {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr nanoseconds kFirstDelay = 200ms;
constexpr nanoseconds kLongestDelay = 30s;
constexpr nanoseconds kLongLife = 10s;

nanoseconds full_delay(int failures) {
  const int doublings = std::clamp(failures - 1, 0, 16);
  return std::min(kFirstDelay * (1 << doublings), kLongestDelay);
}

}  // namespace

RestartPolicy parse_restart(const std::string& text) {
  if (text == "always") return {.condition = RestartCondition::always};
  if (text == "unless-stopped") return {.condition = RestartCondition::unless_stopped};
  if (!text.starts_with("on-failure")) return {};
  const auto colon = text.find(':');
  return {.condition = RestartCondition::on_failure,
          .max_retries = colon == std::string::npos ? 0 : std::stoi(text.substr(colon + 1))};
}

RestartPolicy restart_policy_of(const project::Service& service) {
  if (!service.restart.empty() || !service.deploy || !service.deploy->restart_policy)
    return parse_restart(service.restart);
  const project::DeployRestart& deploy = *service.deploy->restart_policy;
  if (deploy.condition == "none") return {};
  const auto attempts = static_cast<int>(deploy.max_attempts.value_or(0));
  if (deploy.condition == "on-failure")
    return {.condition = RestartCondition::on_failure, .max_retries = attempts};
  return {.condition = RestartCondition::always};
}

RestartHistory after_end(RestartHistory history, nanoseconds lived, bool was_healthy) {
  const bool settled = was_healthy || lived >= std::max(kLongLife, full_delay(history.failures));
  return {.failures = settled ? 1 : history.failures + 1};
}

bool wants_restart(const RestartPolicy& policy, int exit_code, const RestartHistory& history) {
  switch (policy.condition) {
    case RestartCondition::no:
      return false;
    case RestartCondition::always:
    case RestartCondition::unless_stopped:
      return true;
    case RestartCondition::on_failure:
      return exit_code != 0 && (policy.max_retries == 0 || history.failures <= policy.max_retries);
  }
  return false;
}

nanoseconds restart_delay(const RestartHistory& history, double jitter) {
  return nanoseconds(
      static_cast<nanoseconds::rep>(static_cast<double>(full_delay(history.failures).count()) * jitter));
}

}  // namespace orchestrator::plan
