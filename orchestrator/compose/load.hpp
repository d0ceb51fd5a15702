// From stack files to a project: finds the files, and runs the phases in their order. The only effects are
// reading files.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

struct LoadOptions {
  std::vector<std::string> files{};      ///< --file; nothing: found from `working_directory` upwards
  std::vector<std::string> env_files{};  ///< --env-file; nothing: .env beside the first file
  std::vector<std::string> profiles{};   ///< "*" is every profile
  std::vector<std::string> services{};   ///< enabled whatever their profiles
  std::string project_name{};            ///< --project-name
  std::string project_directory{};       ///< --project-directory
  std::string working_directory{};       ///< of the caller, absolute
  std::map<std::string, std::string> environment{};
};

struct Loaded {
  Node model{};  ///< merged and expanded
  project::Project project{};
  std::vector<Diagnostic> warnings{};
};

/// Throws LoadError with all that is wrong, as far as it can be told at once.
Loaded load(const LoadOptions& options);

}  // namespace orchestrator::compose
