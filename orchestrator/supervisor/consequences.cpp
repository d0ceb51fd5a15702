#include "orchestrator/supervisor/consequences.hpp"

#include <algorithm>
#include <csignal>

#include "orchestrator/plan/selection.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {
namespace {

using state::EndCause;

bool depends_on(const Member& member, const std::string& service) {
  const auto& list = member.definition->service.depends_on;
  return std::any_of(list.begin(), list.end(),
                     [&](const project::Dependency& one) { return one.service == service; });
}

bool is_incarnation(const Member& member, std::int64_t generation) {
  return member.record.generation == generation && member.is_alive();
}

/// Why it ends, where somebody has asked for it by now; none where it just lives.
EndCause cause_of(const Member& dying) {
  if (dying.is_asked_to_end()) return EndCause::command;
  if (dying.record.asleep) return EndCause::idleness;
  return dying.must_end() ? EndCause::unhealthy : EndCause::none;
}

Consequence reaction_to_crash(const project::Service& service) {
  if (service.on_dependency == "restart") return Consequence::restart;
  if (service.on_dependency == "stop") return Consequence::stop;
  return Consequence::none;
}

/// Who has stopped it for good wants the others to see it.
bool comes_back(const Member& member) { return member.goal == Goal::running || member.replacement; }

Consequence consequence_of_one(const Member& member, std::int64_t generation, const Member& other) {
  const project::Service& service = member.definition->service;
  const EndCause cause = is_incarnation(other, generation) ? cause_of(other) : other.record.ended_by;
  switch (cause) {
    case EndCause::none:
      return Consequence::none;
    case EndCause::itself:
    case EndCause::signal:
    case EndCause::unhealthy:
    case EndCause::dependency:
      if (other.is_called(service.ipc) || other.is_called(service.pid)) return Consequence::restart;
      return reaction_to_crash(service);
    case EndCause::command:
    case EndCause::update:
    case EndCause::idleness:
    case EndCause::abort:
    case EndCause::hang_up: {
      // Commands ask for the restart of dependants themselves; but namespaces do not outlive their first
      // process.
      const bool shares = other.is_called(service.ipc) || other.is_called(service.pid);
      return shares && comes_back(other) ? Consequence::restart : Consequence::none;
    }
  }
  return Consequence::none;
}

}  // namespace

std::map<std::string, std::int64_t> living_dependencies(const Member& member, const Members& members) {
  std::map<std::string, std::int64_t> living;
  for (const auto& [id, other] : members)
    if (other->is_alive() && depends_on(member, other->record.service)) living[id] = other->record.generation;
  return living;
}

Consequence consequence_of(const Member& member, const Members& members) {
  if (!member.is_alive() || member.record.ignores_dependencies) return Consequence::none;
  for (const auto& [id, generation] : member.record.bound_to) {
    const auto other = members.find(id);
    if (other == members.end()) continue;
    const Consequence consequence = consequence_of_one(member, generation, *other->second);
    if (consequence != Consequence::none) return consequence;
  }
  return Consequence::none;
}

bool dies_with_its_namespace(const Member& member, const Members& members) {
  const std::string& pid = member.definition->service.pid;
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    const Member& other = *entry.second;
    const auto bound = member.record.bound_to.find(entry.first);
    if (!other.is_called(pid) || bound == member.record.bound_to.end()) return false;
    return !is_incarnation(other, bound->second) || other.life->ended;
  });
}

bool lives_in(const Member& member, const Member& other) {
  const project::Service& service = member.definition->service;
  return other.is_called(service.ipc) || other.is_called(service.pid) ||
         (other.is_called(service.network_mode) && !other.network_namespace);
}

bool has_lost_its_host(const Member& member, const Members& members) {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    const Member& other = *entry.second;
    if (&other == &member || !lives_in(member, other) || !comes_back(other)) return false;
    return !other.is_alive() || runtime::sys::has_ended(other.life->pidfd.get());
  });
}

bool has_ending_dependants(const Member& member, const Members& members) {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    const Member& other = *entry.second;
    if (!other.is_alive() || other.life->unkillable) return false;
    if (!depends_on(other, member.record.service)) return false;
    return other.must_end() || consequence_of(other, members) != Consequence::none;
  });
}

Member* owner_of(const std::string& word, const Members& members) {
  const auto worth = [](const Member& member) {
    const bool can_be_shared = member.is_alive() || member.network_namespace;
    return (member.steps_back() ? 0 : 2) + (can_be_shared ? 1 : 0);
  };
  Member* best = nullptr;
  for (const auto& [id, member] : members)
    if (member->is_called(word) && (best == nullptr || worth(*member) > worth(*best))) best = member.get();
  return best;
}

std::vector<Member*> guests_of(const Member& owner, const Members& members) {
  std::vector<Member*> guests;
  for (const auto& [id, member] : members) {
    const project::Service& service = member->definition->service;
    const auto shares = [&](const std::string& word) { return owner_of(word, members) == &owner; };
    const bool is_guest = shares(service.network_mode) || shares(service.ipc) || shares(service.pid);
    if (is_guest && member->is_alive() && member.get() != &owner) guests.push_back(member.get());
  }
  return guests;
}

bool is_left_behind(const Member& member, const Members& members) {
  const auto is_bound_to = [&](const std::string& id, const Member& other) {
    const auto bound = member.record.bound_to.find(id);
    return bound != member.record.bound_to.end() && is_incarnation(other, bound->second) && !other.must_end();
  };
  const project::Service& service = member.definition->service;
  const auto leaves = [&](const project::Dependency& dependency) {
    const bool follows = dependency.restart || plan::borrows_volumes_of(service, dependency.service);
    return follows && std::any_of(members.begin(), members.end(), [&](const auto& entry) {
             const Member& other = *entry.second;
             if (other.record.service != dependency.service || other.steps_back()) return false;
             return (other.is_alive() || comes_back(other)) && !is_bound_to(entry.first, other);
           });
  };
  const auto& list = service.depends_on;
  return member.is_alive() && std::any_of(list.begin(), list.end(), leaves);
}

Member* host_of(const Member& member, const Members& members) {
  Member* owner = owner_of(member.definition->service.network_mode, members);
  return owner == &member ? nullptr : owner;
}

bool has_guests(const Member& member, const Members& members) {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    return entry.second->is_alive() && host_of(*entry.second, members) == &member;
  });
}

}  // namespace orchestrator::supervisor
