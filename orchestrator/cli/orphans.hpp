// What a command is to do about orphans: containers of services that are not in the stack file.
#pragma once

#include "orchestrator/cli/options.hpp"
#include "orchestrator/compose/environment.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::cli {

/// Fills in what --remove-orphans and, where that is not given, COMPOSE_REMOVE_ORPHANS say, and
/// COMPOSE_IGNORE_ORPHANS. Throws UsageError where they are both to go and to be ignored.
void settle_orphans(const Options& options, const compose::Environment& environment, state::Request& request);

}  // namespace orchestrator::cli
