// What commands wish of single members, and whether it has come true. Decides nothing about others.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/state/control.hpp"
#include "orchestrator/supervisor/dependencies.hpp"

namespace orchestrator::supervisor {

using Ids = std::set<std::string>;

void want_running(Member& member, const state::Request& request);
void want_stopped(Member& member, const state::Request& request);
void want_removed(Member& member, const state::Request& request);

/// It has come to where it was wanted to run, or it never will.
bool has_settled(const Member& member, bool wait_for_health);
/// Somebody is inside, or will be again.
bool may_run_again(const Member& member);

/// Null where there is none (any longer).
Member* find(const Members& members, const std::string& id);
Ids ids_of(const std::vector<Member*>& members);
/// True where one of `ids` is still there and `is` holds for it.
bool any(const Members& members, const Ids& ids, bool (*is)(const Member&));

/// Members of the named services; of all where none is named. Throws std::runtime_error: "no such service:
/// wbe".
std::vector<Member*> select(const Members& members, const std::vector<std::string>& services);

}  // namespace orchestrator::supervisor
