// Tells when the stack as a whole has to wait for processors, memory or disks.
#pragma once

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// As long as the group above the containers is there; nothing happens where that is being done already, or
/// the kernel does not tell.
void watch_pressure(Stack& stack);

}  // namespace orchestrator::supervisor
