#include "orchestrator/plan/restart.hpp"

#include <algorithm>
#include <cerrno>

namespace orchestrator::plan {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr nanoseconds kFirstDelay = 200ms;
constexpr nanoseconds kLongestDelay = 30s;
constexpr nanoseconds kLongLife = 10s;
constexpr nanoseconds kCrashLoop = 60s;
constexpr std::size_t kCrashLoopEnds = 5;

nanoseconds full_delay(const RestartPolicy& policy, int failures) {
  if (policy.delay) return *policy.delay;
  const int doublings = std::clamp(failures - 1, 0, 16);
  return std::min(kFirstDelay * (1 << doublings), kLongestDelay);
}

RestartPolicy deploy_policy(const project::DeployRestart& deploy) {
  RestartPolicy policy{.condition = RestartCondition::always,
                       .max_retries = static_cast<int>(deploy.max_attempts.value_or(0)),
                       .window = deploy.window};
  if (deploy.condition == "none" || deploy.condition == "no") policy.condition = RestartCondition::no;
  if (deploy.condition == "on-failure") policy.condition = RestartCondition::on_failure;
  if (deploy.condition == "unless-stopped") policy.condition = RestartCondition::unless_stopped;
  // 0 is the specification's default and must not spin.
  if (deploy.delay && deploy.delay->count() > 0) policy.delay = deploy.delay;
  return policy;
}

void note_short_life(RestartHistory& history, nanoseconds at) {
  std::vector<std::int64_t>& ends = history.short_lives;
  ends.push_back(at.count());
  std::erase_if(ends, [&](std::int64_t end) { return nanoseconds(end) < at - kCrashLoop; });
  if (ends.size() >= kCrashLoopEnds) history.crash_looping = true;
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
  if (service.deploy && service.deploy->restart_policy) return deploy_policy(*service.deploy->restart_policy);
  return parse_restart(service.restart);
}

bool is_success(const project::Service& service, const state::Exit& exit) {
  if (exit.lost) return false;
  const std::vector<int>& codes = service.success_exit_codes;
  return exit.code == 0 || std::find(codes.begin(), codes.end(), exit.code) != codes.end();
}

bool is_done(const project::Service& service, const state::Instance& instance) {
  const bool by_itself = instance.ended_by == state::EndCause::none ||
                         instance.ended_by == state::EndCause::itself ||
                         instance.ended_by == state::EndCause::signal;
  return instance.phase == state::Phase::exited && by_itself && instance.exit &&
         is_success(service, *instance.exit);
}

nanoseconds settling_time(const RestartPolicy& policy, const RestartHistory& history) {
  return policy.window.value_or(std::max(kLongLife, full_delay(policy, history.failures)));
}

RestartHistory after_end(const RestartPolicy& policy, RestartHistory history, const End& end) {
  // Who becomes healthy and crashes again and again has not recovered.
  const bool recovered = end.was_healthy && !history.crash_looping && !policy.window;
  if (recovered || end.lived >= settling_time(policy, history))
    history = {.short_lives = std::move(history.short_lives)};
  ++history.failures;
  if (!end.success && end.lived < kLongLife) note_short_life(history, end.at);
  return history;
}

bool wants_restart(const RestartPolicy& policy, bool success, const RestartHistory& history) {
  const bool may_try = policy.max_retries == 0 || history.failures <= policy.max_retries;
  switch (policy.condition) {
    case RestartCondition::no:
      return false;
    case RestartCondition::always:
    case RestartCondition::unless_stopped:
      return may_try;
    case RestartCondition::on_failure:
      return !success && may_try;
  }
  return false;
}

nanoseconds restart_delay(const RestartPolicy& policy, const RestartHistory& history, double jitter) {
  const nanoseconds full = full_delay(policy, history.failures);
  if (policy.delay) return full;
  return nanoseconds(static_cast<nanoseconds::rep>(static_cast<double>(full.count()) * jitter));
}

bool is_transient(int error) {
  switch (error) {
    case EAGAIN:
    case EBUSY:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:
      return true;
    default:
      return false;
  }
}

RestartBudget::Time RestartBudget::reserve(Time now) {
  constexpr Time kOne = 500ms;
  constexpr Time kInOneGo = kOne * 19;
  const Time start = std::max(now, used_until_ - kInOneGo);
  used_until_ = std::max(used_until_, start) + kOne;
  return start;
}

}  // namespace orchestrator::plan
