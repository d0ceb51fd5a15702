// Whether a container is still prepared by a script, or its program runs.
#pragma once

#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// Its main process (with `init: true` the one that init has started) is a shell: such a script may go on to
/// become the program by exec. False where it cannot be told.
bool is_run_by_script(const Member& member);

}  // namespace orchestrator::supervisor
