// Decides only: what the end of one container means for those that live on it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// The incarnations of what it depends on that live now: a member that is started is bound to them.
std::map<std::string, std::int64_t> living_dependencies(const Member& member, const Members& members);

enum class Consequence { none, restart, stop };
/// What a living member has to do because one that it is bound to ends, has ended or is another incarnation
/// by now. Asked after every change: whoever died while no supervisor lived has the same consequences.
Consequence consequence_of(const Member& member, const Members& members);

/// It has been killed because it lives in the pid namespace of another member, which ends as well.
bool dies_with_its_namespace(const Member& member, const Members& members);

/// It shares a namespace of the other that is gone when that one's process is; a network that is held is not.
bool lives_in(const Member& member, const Member& other);
/// Somebody whose namespace it is to share has ended, and is going to run again.
bool has_lost_its_host(const Member& member, const Members& members);

/// True while somebody who depends on the member, and is to end as well, still lives.
bool has_ending_dependants(const Member& member, const Members& members);

/// Whose namespaces "service:vpn" or "container:app-vpn-1" means now: one that can be shared before one that
/// cannot, and of two of which one takes over from the other the one that clients are sent to. Null where
/// nobody is called so.
Member* owner_of(const std::string& word, const Members& members);
/// Living members that share a namespace of it.
std::vector<Member*> guests_of(const Member& owner, const Members& members);

/// One that it depends on with `restart: true`, or whose volumes it uses, is not the incarnation that it was
/// started beside any more, or will not be for long.
bool is_left_behind(const Member& member, const Members& members);

/// True while a living member other than `member` is in its network.
bool has_guests(const Member& member, const Members& members);
/// The member in whose network this one lives; null where it has its own.
Member* host_of(const Member& member, const Members& members);

}  // namespace orchestrator::supervisor
