// Programs of the host that do for us what they do better: mmdebstrap for Debian trees.
#pragma once

#include <string>
#include <vector>

namespace orchestrator::storage {

/// Runs `program`, looked for in PATH, with nothing on standard input, and waits for its end. Blocks: not for
/// the supervisor's own thread. `package` is what brings the program, for the message where it is missing.
/// Throws std::runtime_error: "mmdebstrap is not installed (package mmdebstrap)", or how it ended and its
/// last lines.
void run_helper(const std::string& program, const std::vector<std::string>& arguments,
                const std::string& package);

}  // namespace orchestrator::storage
