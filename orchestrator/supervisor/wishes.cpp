#include "orchestrator/supervisor/wishes.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "orchestrator/supervisor/hooks.hpp"
#include "orchestrator/supervisor/schedule.hpp"

namespace orchestrator::supervisor {

using state::Phase;
using state::Request;

void want_running(Member& member, const Request& request) {
  member.goal = Goal::running;
  member.record.wanted = true;
  if (!member.is_alive()) member.record.asleep = member.definition->service.access.on_demand;
  member.failure.clear();
  member.record.error.clear();
  member.may_refuse = false;
  member.is_undeterred = false;
  member.record.gave_up = false;
  member.record.ignores_dependencies = request.no_deps;
  member.grace = request.timeout;
  member.record.history = {};
  member.restart_at.reset();  // who asks does not wait for the delay
  member.by_policy = false;
  member.end_cause = state::EndCause::command;
}

void want_stopped(Member& member, std::optional<std::chrono::nanoseconds> grace, state::EndCause by) {
  member.end_cause = by;
  if (member.goal != Goal::removed) member.goal = Goal::stopped;
  member.may_refuse = false;
  member.record.wanted = false;
  member.record.starts_again = false;
  member.record.gave_up = false;
  if (!member.is_alive()) member.record.waits_for.clear();  // alive, it may wait for its hooks
  member.record.asleep = false;
  member.record.next_run_ns = 0;
  member.is_due = false;
  member.restart_requested = false;
  member.replacement = nullptr;
  member.grace = grace;
}

void want_removed(Member& member, std::optional<std::chrono::nanoseconds> grace, state::EndCause by) {
  want_stopped(member, grace, by);
  member.goal = Goal::removed;
  member.failure.clear();
}

void want_restarted(Member& member, state::EndCause by) {
  member.end_cause = by;
  member.restart_requested = member.is_alive();
  member.record.starts_again = member.is_alive();
}

void want_to_follow(Member& member) {
  want_restarted(member, state::EndCause::dependency);
  member.by_policy = true;
}

void want_taken_along(Member& member, const Request& request) {
  want_restarted(member, state::EndCause::update);
  member.may_refuse = true;
  member.grace = request.timeout;
  member.by_policy = false;
}

void want_replaced(Member& member, std::shared_ptr<const Definition> by) {
  member.end_cause = state::EndCause::update;
  member.replacement = std::move(by);
}

void want_to_try_again(Member& member) {
  member.goal = Goal::running;
  member.by_policy = true;
  member.failure.clear();
  member.record.error.clear();
  member.record.gave_up = false;
}

bool has_settled(const Member& member, bool wait_for_health) {
  if (!member.failure.empty()) return true;
  if (member.replacement || member.restart_requested) return false;
  if (wait_for_health && member.is_hopeless()) return true;
  // It has run already; a policy sees to it from now on.
  if (!wait_for_health && member.record.history.failures > 0) return true;
  // Asleep, it is up when its ports are open.
  if (member.record.asleep)
    return !member.is_alive() && member.record.ports.size() >= member.definition->service.ports.size();
  if (waits_for_its_time(member)) return true;
  if (!member.is_alive()) return member.goal != Goal::running && member.record.has_run;
  // It is stopped, or started again, because it is unhealthy: that is what there is to tell.
  if (wait_for_health && member.life->is_unfit) return true;
  if (member.record.phase != Phase::running) return member.record.phase == Phase::paused;
  if (!is_greeted(member)) return false;
  return !wait_for_health || member.record.health == state::Health::none ||
         member.record.health != state::Health::starting;
}

bool is_unkillable(const Member& member) { return member.is_alive() && member.life->unkillable; }

bool may_run_again(const Member& member) {
  if (is_unkillable(member)) return false;
  return member.is_alive() || member.restart_at || (member.goal == Goal::running && member.failure.empty());
}

Member* find(const Members& members, const std::string& id) {
  const auto found = members.find(id);
  return found == members.end() ? nullptr : found->second.get();
}

Ids ids_of(const std::vector<Member*>& members) {
  Ids ids;
  for (const Member* member : members) ids.insert(member->record.id);
  return ids;
}

bool any(const Members& members, const Ids& ids, bool (*is)(const Member&)) {
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const Member* member = find(members, id);
    return member != nullptr && is(*member);
  });
}

std::vector<Member*> select(const Members& members, const std::vector<std::string>& services,
                            OneOffsToo one_offs) {
  std::vector<Member*> selected;
  for (const std::string& name : services)
    if (std::none_of(members.begin(), members.end(),
                     [&](const auto& entry) { return entry.second->record.service == name; }))
      throw std::runtime_error("no such service: " + name);
  for (const auto& [id, member] : members) {
    const bool meant = services.empty() ? one_offs == OneOffsToo::yes || member->record.one_off_of.empty()
                                        : std::find(services.begin(), services.end(),
                                                    member->record.service) != services.end();
    if (meant) selected.push_back(member.get());
  }
  return selected;
}

void add_dependants(std::vector<Member*>& chosen, const Members& members,
                    bool (*through)(const project::Dependency&)) {
  const auto depends = [&](const Member& member, const std::string& service) {
    const auto& list = member.definition->service.depends_on;
    return std::any_of(list.begin(), list.end(), [&](const project::Dependency& one) {
      return one.service == service && through(one);
    });
  };
  for (std::size_t i = 0; i < chosen.size(); ++i)
    for (const auto& [id, member] : members)
      if (depends(*member, chosen[i]->record.service) &&
          std::find(chosen.begin(), chosen.end(), member.get()) == chosen.end())
        chosen.push_back(member.get());
}

std::vector<Member*> given_up_on(std::vector<Member*> these, const Members& members) {
  add_dependants(these, members, [](const project::Dependency&) { return true; });
  std::erase_if(these, [](const Member* member) { return !member->record.gave_up; });
  return these;
}

void add_steps(std::vector<Member*>& chosen, const Members& members) {
  const Ids ids = ids_of(chosen);
  for (const auto& [id, member] : members)
    if (ids.contains(member->record.speaks_for) && !ids.contains(id)) chosen.push_back(member.get());
}

bool has_step(const Members& members, const Ids& ids) {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    const Member& member = *entry.second;
    const bool is_there = member.is_alive() || member.goal == Goal::removed;
    return is_there && ids.contains(member.record.speaks_for) && !is_unkillable(member);
  });
}

}  // namespace orchestrator::supervisor
