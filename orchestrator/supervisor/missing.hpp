// Says what a command still waited for when its time was over.
#pragma once

#include <vector>

#include "orchestrator/supervisor/member.hpp"
#include "orchestrator/supervisor/outcome.hpp"

namespace orchestrator::supervisor {

/// "the stack was not up within the time allowed: container app-web-1 waits for app-db-1 to be healthy; ...".
Outcome too_late(const std::vector<const Member*>& missing);

}  // namespace orchestrator::supervisor
