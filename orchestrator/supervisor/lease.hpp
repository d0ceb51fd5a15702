// What a foreground `up` holds: it lives as long as the command does. Decides only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/plan/plan.hpp"
#include "orchestrator/supervisor/control_server.hpp"
#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// Services of which somebody lives or is about to.
std::set<std::string> running_services(const Members& members);

/// What `up` of these services (none: all of the project) with this plan holds, where `before` ran already.
Lease lease_of(const std::vector<std::string>& services, const project::Project& project,
               const plan::Plan& plan, const std::set<std::string>& before);

/// What a command that has failed still holds: what ran before it goes on.
Lease without(Lease lease, const std::set<std::string>& before);

/// Who is stopped when the lease ends. What it has brought along stays where another service needs it.
std::vector<Member*> held_by(const Lease& lease, const Members& members);

}  // namespace orchestrator::supervisor
