// What commands wish of single members, and whether it has come true. Decides nothing about others.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/state/control.hpp"
#include "orchestrator/supervisor/dependencies.hpp"

namespace orchestrator::supervisor {

using Ids = std::set<std::string>;

void want_running(Member& member, const state::Request& request);
/// `grace`: instead of the service's own. What is being removed stays on its way.
void want_stopped(Member& member, std::optional<std::chrono::nanoseconds> grace,
                  state::EndCause by = state::EndCause::command);
void want_removed(Member& member, std::optional<std::chrono::nanoseconds> grace,
                  state::EndCause by = state::EndCause::command);
void want_restarted(Member& member, state::EndCause by);
/// What it lives on, or in, has ended or moved: it starts again, though no command has asked for that.
void want_to_follow(Member& member);
/// It starts again because another one does, by a command that is not about it.
void want_taken_along(Member& member, const state::Request& request);
void want_replaced(Member& member, std::shared_ptr<const Definition> by);
/// It had given up, and what it waited for has been asked for again.
void want_to_try_again(Member& member);

/// It has come to where it was wanted to run, or it never will.
bool has_settled(const Member& member, bool wait_for_health);
/// It was killed and is still there: its record stays, and no command waits for it.
bool is_unkillable(const Member& member);
/// Somebody is inside, or will be again.
bool may_run_again(const Member& member);

/// Null where there is none (any longer).
Member* find(const Members& members, const std::string& id);
Ids ids_of(const std::vector<Member*>& members);
/// True where one of `ids` is still there and `is` holds for it.
bool any(const Members& members, const Ids& ids, bool (*is)(const Member&));

enum class OneOffsToo { no, yes };
/// Members of the named services; of all where none is named, containers of `run` only where they are meant,
/// too. Throws std::runtime_error: "no such service: wbe".
std::vector<Member*> select(const Members& members, const std::vector<std::string>& services,
                            OneOffsToo one_offs = OneOffsToo::no);

/// Adds members of services that depend on those chosen, through dependencies of which `through` holds.
void add_dependants(std::vector<Member*>& chosen, const Members& members,
                    bool (*through)(const project::Dependency&));

/// Who has given up because of one of these, also through others.
std::vector<Member*> given_up_on(std::vector<Member*> these, const Members& members);

/// Adds the pre_start steps that run for those chosen.
void add_steps(std::vector<Member*>& chosen, const Members& members);
/// One of `ids` has such a step that has not ended, or is being removed.
bool has_step(const Members& members, const Ids& ids);

}  // namespace orchestrator::supervisor
