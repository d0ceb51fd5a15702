// The list of projects as `ls` prints it. Pure.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::cli {

/// "running(3), exited(1)".
std::string summary(const std::vector<state::Instance>& instances);

std::string ls_table(const std::vector<ProjectLine>& projects);

}  // namespace orchestrator::cli
