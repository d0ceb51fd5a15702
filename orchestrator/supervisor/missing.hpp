// Says what a command still waited for when its time was over.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// ": container app-web-1 waits for app-db-1 to be healthy; container app-db-1 ...".
std::string what_is_missing(const std::vector<const Member*>& missing);

}  // namespace orchestrator::supervisor
