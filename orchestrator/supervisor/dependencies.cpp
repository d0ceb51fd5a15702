#include "orchestrator/supervisor/dependencies.hpp"

#include <algorithm>

#include "orchestrator/plan/restart.hpp"

namespace orchestrator::supervisor {
namespace {

using state::Health;
using state::Phase;
using State = Readiness::State;

Readiness failed(const Member& member, const std::string& how) {
  return {State::failed, "dependency failed to start: container " + member.record.name + " " + how,
          member.record.id};
}

std::string exit_text(const Member& member) {
  return "exited (" + std::to_string(member.record.exit ? member.record.exit->code : 0) + ")";
}

bool is_running(const Member& member) {
  return member.is_alive() && !member.must_end() && member.record.phase == Phase::running;
}

/// Ended, and nothing of ours is going to start it again.
bool has_ended_for_good(const Member& member) {
  return !member.is_alive() && !member.restart_at && !member.replacement && member.goal != Goal::running;
}

/// Stopped by a user, or never part of what was asked for: not an obstacle to somebody who is to start now.
bool is_out_of_the_game(const Member& member) { return has_ended_for_good(member) && !member.record.wanted; }

/// Not there yet; where it crashes again and again, it will not be.
Readiness not_yet(const Member& member) {
  if (!member.record.history.crash_looping) return {.state = State::waiting};
  return failed(member, "crashes again and again");
}

Readiness completed(const Member& member) {
  if (!has_ended_for_good(member) || !member.record.exit) return not_yet(member);
  if (plan::is_success(member.definition->service, *member.record.exit)) return {};
  return {State::failed,
          "service \"" + member.record.service + "\" didn't complete successfully: exit " +
              std::to_string(member.record.exit->code),
          member.record.id};
}

Readiness healthy(const Member& member) {
  if (is_running(member)) {
    if (member.record.health == Health::healthy) return {};
    if (member.record.health == Health::unhealthy) return failed(member, "is unhealthy");
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

Readiness one(const project::Dependency& dependency, const Member& member) {
  if (!member.failure.empty() && !member.is_alive()) {
    if (!dependency.required) return {};
    return {State::failed, "dependency failed to start: " + member.failure};
  }
  Readiness answer = dependency.condition == "service_completed_successfully" ? completed(member)
                     : dependency.condition == "service_healthy"              ? healthy(member)
                                                                              : started(member);
  if (answer.state == State::failed && !dependency.required) return {};
  return answer;
}

}  // namespace

Readiness dependencies_of(const Member& member, const Members& members) {
  if (member.ignore_dependencies) return {};
  Readiness result;
  for (const project::Dependency& dependency : member.definition->service.depends_on) {
    for (const auto& [id, other] : members) {
      if (other->record.service != dependency.service) continue;
      Readiness answer = one(dependency, *other);
      if (answer.state == State::failed) return answer;
      if (answer.state == State::waiting) result.state = State::waiting;
    }
  }
  return result;
}

bool has_ending_dependants(const Member& member, const Members& members) {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    const Member& other = *entry.second;
    if (!other.is_alive() || !other.must_end()) return false;
    const auto& depends_on = other.definition->service.depends_on;
    return std::any_of(depends_on.begin(), depends_on.end(), [&](const project::Dependency& dependency) {
      return dependency.service == member.record.service;
    });
  });
}

}  // namespace orchestrator::supervisor
