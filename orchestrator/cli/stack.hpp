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
  std::vector<std::string> services{};   ///< those of the stack file, where it was read
  compose::Environment environment{{}};  ///< with what .env sets, where it was read
};
/// --project-name, then COMPOSE_PROJECT_NAME, then the stack file. Throws UsageError where there is none.
Target target_of(const Options& options);

/// What the command line says about the stack files. `services` are those that it names: they are enabled
/// whatever their profiles.
compose::LoadOptions load_options(const Options& options, const std::vector<std::string>& services);

/// Reads the stack files; warnings go to standard error, unless --strict makes them errors. Throws UsageError
/// with everything that is wrong in the files.
compose::Model load_model(const Options& options, const compose::LoadOptions& load);
compose::Loaded load_files(const Options& options, const std::vector<std::string>& services);
/// Every finding with its line of the file, one below the other.
std::string rendered(const std::vector<compose::Diagnostic>& findings);

/// Tells these findings as warnings; throws UsageError where there are some under --strict.
void warn(const Options& options, const std::vector<compose::Diagnostic>& findings);

}  // namespace orchestrator::cli
