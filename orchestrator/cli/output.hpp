// How this command talks to the user, from its options and the environment.
#pragma once

#include "orchestrator/cli/options.hpp"
#include "orchestrator/cli/progress.hpp"
#include "orchestrator/cli/screen.hpp"

namespace orchestrator::cli {

/// `fd` as --ansi or COMPOSE_ANSI want it.
Screen screen_for(const Options& options, int fd);

/// On standard error, as --progress or COMPOSE_PROGRESS want it.
Progress progress_for(const Options& options);

}  // namespace orchestrator::cli
