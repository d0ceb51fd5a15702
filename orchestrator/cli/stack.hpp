// Which project a command line means.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

struct Target {
  state::Roots roots{};
  state::ProjectPaths paths{};
  std::vector<std::string> services{};  ///< those of the stack file, where it was read
};
/// --project-name, then COMPOSE_PROJECT_NAME. Throws UsageError where neither is given.
Target target_of(const Options& options);

}  // namespace orchestrator::cli
