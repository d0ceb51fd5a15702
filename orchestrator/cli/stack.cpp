#include "orchestrator/cli/stack.hpp"

#include <cstdlib>

namespace orchestrator::cli {

Target target_of(const Options& options) {
  std::string name = options.text("project-name").value_or("");
  const char* environment = std::getenv("COMPOSE_PROJECT_NAME");
  if (name.empty() && environment != nullptr) name = environment;
  if (name.empty()) throw UsageError("which project? Give --project-name or COMPOSE_PROJECT_NAME");
  const state::Roots roots = state::default_roots();
  return {.roots = roots, .paths = state::paths_of(roots, name)};
}

}  // namespace orchestrator::cli
