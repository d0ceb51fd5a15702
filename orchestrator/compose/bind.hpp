// The expanded, merged tree as values: project::Project. Everything the tree could not say wrong by its shape
// is checked here, with its place.
#pragma once

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

struct Bindings {
  std::string name{};       ///< of the project
  std::string directory{};  ///< relative paths are seen from here
  std::string home{};
};
project::Project bind(const Node& model, const Bindings& bindings, Findings& findings);

}  // namespace orchestrator::compose
