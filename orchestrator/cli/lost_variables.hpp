// Which of a shell's variables a stack needs, for a unit that is started without a shell.
#pragma once

#include <set>
#include <string>

#include "orchestrator/compose/load.hpp"

namespace orchestrator::cli {

/// Those of `load.environment` without which the stack is another one, or cannot be read: whatever takes
/// them, be it ${NAME}, `environment: [NAME]`, a secret, an env_file or "~". Reads the files once for each
/// variable where any is needed. The stack as it is must be readable.
std::set<std::string> needed_variables(compose::LoadOptions load);

}  // namespace orchestrator::cli
