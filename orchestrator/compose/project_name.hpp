// What a project is called. Pure.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/environment.hpp"

namespace orchestrator::compose {

/// Lower-case letters, digits, "-" and "_", beginning with a letter or digit; everything else is left out.
std::string normal_project_name(std::string_view name);

struct NameSources {
  std::string given{};          ///< --project-name
  std::vector<Node> written{};  ///< `name` of each file that has one
  std::string directory{};      ///< of the project
  bool fills_in = true;         ///< variables in `name`
};
/// --project-name, then COMPOSE_PROJECT_NAME, then the last `name` of the files, then the directory's name.
/// The first two must be normal, the others are made so. Throws LoadError.
std::string project_name(const NameSources& sources, const Environment& environment, Findings& findings);

}  // namespace orchestrator::compose
