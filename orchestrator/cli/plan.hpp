// Plans on the screen: what `plan` and --dry-run print.
#pragma once

#include <string>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/cli/screen.hpp"
#include "orchestrator/compose/load.hpp"
#include "orchestrator/plan/observed.hpp"
#include "orchestrator/plan/plan.hpp"
#include "orchestrator/state/control.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

/// What is there, read from the state files and the kernel, with or without a supervisor.
plan::Observed observe_stack(const state::ProjectPaths& paths);

/// What `request` ("up", "create") would do with this stack, every change with its place in the files.
plan::Plan plan_of(const compose::Loaded& loaded, const plan::Observed& observed,
                   const state::Request& request);

/// One coloured line per step, and a summary.
std::string plan_text(const plan::Plan& plan, const Screen& screen);

/// Prints what would be done, as --dry-run has it.
void print_rehearsal(const plan::Plan& plan, const Options& options);

}  // namespace orchestrator::cli
