// Decides only: what a command other than `up` would do, for --dry-run.
#pragma once

#include "orchestrator/plan/observed.hpp"
#include "orchestrator/plan/plan.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::plan {

/// For the verbs start, stop, restart, remove and down; nothing for others.
Plan rehearsal_of(const state::Request& request, const Observed& observed);

}  // namespace orchestrator::plan
