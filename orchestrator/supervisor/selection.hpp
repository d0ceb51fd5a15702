// Which instances a request means. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/plan/reconcile.hpp"
#include "orchestrator/project/project.hpp"
#include "orchestrator/state/control.hpp"
#include "orchestrator/supervisor/dependencies.hpp"

namespace orchestrator::supervisor {

/// The services named, or all, with what they depend on unless the request says no_deps.
std::set<std::string> services_for(const project::Project& project, const state::Request& request);

/// Every instance that the project asks for, after `--scale`.
std::vector<plan::Wanted> wanted_instances(const project::Project& project, const state::Request& request);

/// Members of the named services; of all where none is named. Throws std::runtime_error: "no such service:
/// wbe".
std::vector<Member*> select(const Members& members, const std::vector<std::string>& services);

/// What `reconcile` compares with.
std::vector<state::Instance> records_of(const Members& members);

}  // namespace orchestrator::supervisor
