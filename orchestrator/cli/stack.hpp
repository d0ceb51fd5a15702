// The stack a command line means: its files, or only its name.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/compose/load.hpp"
#include "orchestrator/project/project.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

struct Target {
  state::Roots roots{};
  state::ProjectPaths paths{};
  std::vector<std::string> services{};  ///< those of the stack file, where it was read
};
/// --project-name, then COMPOSE_PROJECT_NAME, then the stack file. Throws UsageError where there is none.
Target target_of(const Options& options);

/// Reads the stack files; warnings go to standard error. `services` are those that the command line names:
/// they are enabled whatever their profiles. Throws UsageError with everything that is wrong in the files.
compose::Loaded load_files(const Options& options, const std::vector<std::string>& services);
project::Project load_stack(const Options& options, const std::vector<std::string>& services);

}  // namespace orchestrator::cli
