#include "orchestrator/supervisor/dependencies.hpp"

#include <functional>
#include <map>
#include <string_view>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/hooks.hpp"

namespace orchestrator::supervisor {
namespace {

using state::Health;
using state::Phase;
using State = Readiness::State;

constexpr std::string_view kFailed = "dependency failed to start: ";

Readiness failed(const Member& member, const std::string& how) {
  return {.state = State::failed,
          .why = std::string(kFailed) + "container " + member.record.name + " " + how,
          .culprit = member.record.id};
}
Readiness failed_for_now(const Member& member, const std::string& how) {
  Readiness answer = failed(member, how);
  answer.may_pass = true;
  return answer;
}

std::string exit_text(const Member& member) {
  return "exited (" + std::to_string(member.record.exit ? member.record.exit->code : 0) + ")";
}

/// Not one whose process has ended while its remains are cleared away: its namespaces are gone.
bool is_running(const Member& member) {
  return member.is_alive() && !member.life->ended && !member.must_end() &&
         member.record.phase == Phase::running && is_greeted(member);
}

/// Ended, and nothing of ours is going to start it again.
bool has_ended_for_good(const Member& member) {
  return !member.is_alive() && !member.restart_at && !member.replacement && !member.record.starts_again &&
         member.goal != Goal::running;
}

/// Stopped by a user, or never part of what was asked for: not an obstacle to somebody who is to start now.
bool is_out_of_the_game(const Member& member) { return has_ended_for_good(member) && !member.record.wanted; }

/// Not there yet; where it crashes again and again, it will not be.
Readiness not_yet(const Member& member) {
  if (!member.is_hopeless()) return {.state = State::waiting};
  return failed_for_now(member, "crashes again and again");
}

Readiness completed(const Member& member) {
  if (!has_ended_for_good(member) || !member.record.exit) return not_yet(member);
  return {};
}

Readiness completed_successfully(const Member& member) {
  Readiness answer = completed(member);
  if (answer.state != State::ready || plan::is_success(member.definition->service, *member.record.exit))
    return answer;
  return {.state = State::failed,
          .why = "service \"" + member.record.service + "\" didn't complete successfully: exit " +
                 std::to_string(member.record.exit->code),
          .culprit = member.record.id};
}

Readiness healthy(const Member& member) {
  if (is_running(member)) {
    if (member.record.health == Health::healthy) return {};
    if (member.record.health == Health::unhealthy) return failed_for_now(member, "is unhealthy");
    if (member.record.health == Health::none) return failed(member, "has no healthcheck configured");
    return not_yet(member);
  }
  if (is_out_of_the_game(member)) return {};
  if (has_ended_for_good(member)) return failed(member, exit_text(member));
  return not_yet(member);
}

Readiness started(const Member& member) {
  if (is_running(member) || is_out_of_the_game(member)) return {};
  if (has_ended_for_good(member))
    return member.record.has_run ? Readiness{} : failed(member, exit_text(member));
  return {.state = State::waiting};
}

Readiness log_ready(const Member& member, const std::string& pattern) {
  if (is_running(member)) return member.life->search.has_found(pattern) ? Readiness{} : not_yet(member);
  if (is_out_of_the_game(member)) return {};
  if (has_ended_for_good(member)) return failed(member, exit_text(member));
  return not_yet(member);
}

/// The first cause is named once, however long the chain; whose failure it is shows his last lines.
std::string passed_on(const std::string& failure) {
  const std::string first_line = failure.substr(0, failure.find('\n'));
  return first_line.starts_with(kFailed) ? first_line : std::string(kFailed) + first_line;
}

/// Whoever is to share a namespace cannot start without it, whatever the condition says.
Readiness no_namespace(const Member& member) {
  return {.state = State::failed,
          .why = std::string(kFailed) + "container " + member.record.name +
                 ", whose namespace it shares, is not running",
          .may_pass = true};
}

/// It will not be ready by itself; docker refuses to start it then.
Readiness paused(const Member& member) {
  return {.state = State::failed,
          .why = std::string(kFailed) + state::paused_text(member.record),
          .may_pass = true};
}

Readiness one(const Member& dependant, const project::Dependency& dependency, const Member& member) {
  if (is_out_of_the_game(member) && lives_in(dependant, member)) return no_namespace(member);
  if (dependant.record.ignores_dependencies) return {};
  // A job that has its times is there when it waits for the next one.
  if (member.record.next_run_ns != 0) return {};
  // A running one may have another failure: a pre_stop hook that keeps it.
  const bool is_up = is_running(member) && !member.life->failed_hooks;
  if (!member.failure.empty() && !is_up) return {.state = State::failed, .why = passed_on(member.failure)};
  if (member.is_alive() && member.record.phase == Phase::paused) return paused(member);
  if (dependency.condition == "service_completed_successfully") return completed_successfully(member);
  if (dependency.condition == "service_completed") return completed(member);
  if (dependency.condition == "service_healthy") return healthy(member);
  if (dependency.condition == "service_log_ready") return log_ready(member, dependency.log);
  return started(member);
}

/// Has done its work and ended while the other one ran: no reason not to start that one again, by a policy or
/// a command. (The first time it is: it has not been what was asked for.)
bool has_served(const Member& member, const Member& asker) {
  return asker.record.has_run && member.failure.empty() && has_ended_for_good(member) && member.record.exit &&
         plan::is_success(member.definition->service, *member.record.exit);
}

/// "app-db-1 to be healthy".
std::string what_is_missing(const project::Dependency& dependency, const Member& member) {
  static const std::map<std::string, std::string, std::less<>> kWhat{
      {"service_completed", " to complete"},
      {"service_completed_successfully", " to complete successfully"},
      {"service_healthy", " to be healthy"},
      {"service_log_ready", " to say that it is ready"}};
  const auto what = kWhat.find(dependency.condition);
  return member.record.name + (what == kWhat.end() ? " to run" : what->second);
}

}  // namespace

Readiness dependencies_of(const Member& member, const Members& members) {
  Readiness result;
  for (const project::Dependency& dependency : member.definition->service.depends_on) {
    for (const auto& [id, other] : members) {
      if (other->record.service != dependency.service || other->steps_back()) continue;
      Readiness answer = one(member, dependency, *other);
      if (answer.state == State::waiting) {
        result.state = State::waiting;
        result.waits_for.push_back(what_is_missing(dependency, *other));
      }
      if (answer.may_pass) answer.waits_for = {what_is_missing(dependency, *other)};
      if (answer.state != State::failed || has_served(*other, member)) continue;
      if (dependency.required) return answer;
      result.warnings.push_back("optional " + answer.why);
    }
  }
  return result;
}

bool may_end_anyhow(const Member& member, const Members& members) {
  bool is_waited_for = false;
  for (const auto& [id, other] : members)
    for (const project::Dependency& dependency : other->definition->service.depends_on) {
      if (dependency.service != member.record.service) continue;
      if (dependency.condition == "service_completed_successfully") return false;
      if (dependency.condition == "service_completed") is_waited_for = true;
    }
  return is_waited_for;
}

}  // namespace orchestrator::supervisor
