// Which files a stack is made of, and from where its relative paths are seen.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/environment.hpp"
#include "orchestrator/compose/load.hpp"

namespace orchestrator::compose {

struct Sources {
  std::vector<std::string> files{};  ///< absolute; "-" is standard input
  std::string directory{};           ///< of the project, absolute
};
/// By --file, COMPOSE_FILE, or the names that are looked for in the working directory and above. Variables of
/// env files are added to the environment, since they may say which files. Throws LoadError.
Sources discover(const LoadOptions& options, Environment& environment, Findings& findings);

}  // namespace orchestrator::compose
