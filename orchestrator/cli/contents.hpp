// Looks at the files a stack only refers to: root filesystems, secrets, configs.
#pragma once

#include <set>
#include <string>

#include "orchestrator/project/project.hpp"

namespace orchestrator::cli {

/// Fills in Service::contents of every enabled service. `data` is the data directory. A file that is missing
/// has no entry: whoever starts the container says so.
void add_contents(project::Project& project, const std::string& data);

/// Throws std::runtime_error where the root filesystem of one of these services would have to be built.
void refuse_to_build(const project::Project& project, const std::set<std::string>& services,
                     const std::string& data);

}  // namespace orchestrator::cli
