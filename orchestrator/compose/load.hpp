// From stack files to a project: finds the files, and runs the phases in their order. The only effects are
// reading files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/environment.hpp"
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

  // What `config` can leave out.
  bool fills_in = true;    ///< variables; without it, values keep the types they are written with
  bool normalizes = true;  ///< the default network, full names, implied dependencies
  bool resolves_paths = true;
  bool reads_env_files = true;
  bool checks_consistency = true;
  bool keeps_all_services = true;   ///< not only `services` and what they need
  bool keeps_all_resources = true;  ///< also those that no enabled service uses
};

/// A stack as a tree: the truth for printing it.
struct Model {
  Node tree{};      ///< with the enabled services
  Node disabled{};  ///< a mapping of the others
  std::string name{};
  std::string directory{};
  std::vector<std::string> files{};
  Environment environment{{}};
  std::vector<Diagnostic> warnings{};
};
/// Throws LoadError with all that is wrong, as far as it can be told at once.
Model load_model(const LoadOptions& options);

struct Loaded {
  Model model{};
  project::Project project{};
};
/// The same as values for the runtime; also throws where the runtime cannot do what is asked.
Loaded load(const LoadOptions& options);
/// What is wrong for the runtime with a model that is otherwise sound.
std::vector<Diagnostic> refusals(const Model& model);

}  // namespace orchestrator::compose
