// What a service's `env_file` and `label_file` say becomes part of its environment and labels.
#pragma once

#include <string>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/dotenv.hpp"

namespace orchestrator::compose {

struct EnvFiles {
  const Lookup& lookup;             ///< variables of the project
  std::string directory{};          ///< of relative paths
  std::string working_directory{};  ///< messages name files as seen from here
  std::string home{};
  Findings& findings;
};
/// Later files override earlier ones, `environment` and `labels` override all. The lists of files go.
void read_env_files(Node& service, const Trail& trail, const EnvFiles& with);

}  // namespace orchestrator::compose
