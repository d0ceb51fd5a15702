// Looks at the files a stack only refers to: root filesystems, secrets, configs.
#pragma once

#include <string>

#include "orchestrator/project/project.hpp"

namespace orchestrator::cli {

/// Fills in Service::contents of every enabled service. `data` is the data directory. A file that is missing
/// has no entry: whoever starts the container says so.
void add_contents(project::Project& project, const std::string& data);

}  // namespace orchestrator::cli
