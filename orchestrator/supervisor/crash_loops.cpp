#include "orchestrator/supervisor/crash_loops.hpp"

#include <algorithm>

namespace orchestrator::supervisor {
namespace {

using namespace std::chrono_literals;
using state::Health;
using state::Phase;

/// Without a health check nobody can tell when a program does its work.
constexpr auto kComingUp = 20s;

bool is_in_crash_loop(const Member& member) { return member.record.history.crash_looping; }

bool is_coming_up(const Member& member, Clock::time_point now) {
  if (!member.is_alive()) return member.restart_at && !is_in_crash_loop(member);
  if (member.must_end() || member.record.phase == Phase::paused) return false;
  if (member.record.health == Health::none) return now - member.life->started < kComingUp;
  return member.record.health == Health::starting;
}

/// Those who wait for it themselves are none.
bool may_want(const Member& member, const Member& other) {
  const auto is_for_it = [&](const project::Dependency& dependency) {
    return dependency.service == member.record.service;
  };
  return other.record.service != member.record.service &&
         std::ranges::none_of(other.definition->service.depends_on, is_for_it);
}

}  // namespace

bool is_early(const Member& member, const Members& members, Clock::time_point now) {
  return std::ranges::any_of(members, [&](const auto& entry) {
    return may_want(member, *entry.second) && is_coming_up(*entry.second, now);
  });
}

bool crashes_for_good(const Member& member, const Members& members) {
  if (!is_in_crash_loop(member) || member.was_early) return false;
  return std::ranges::none_of(members, [&](const auto& entry) {
    const Member& other = *entry.second;
    return may_want(member, other) && other.restart_at && is_in_crash_loop(other) && other.was_early;
  });
}

}  // namespace orchestrator::supervisor
