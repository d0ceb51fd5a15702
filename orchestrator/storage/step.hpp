// One step of building a root filesystem: a shell line in a container whose root is the tree itself.
#pragma once

#include <string>

namespace orchestrator::storage {

/// Runs `sh -ec LINE` in `tree`, with the host's network and name servers and otherwise the defaults of a
/// container. Waits for its end. Throws std::runtime_error with its exit code and last lines.
void run_step(const std::string& tree, const std::string& line);

}  // namespace orchestrator::storage
