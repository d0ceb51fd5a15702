// What this program is.
#pragma once

#include <string>

namespace orchestrator::cli {

/// "mdcompose version 0.1.0\n"
std::string version_text();

}  // namespace orchestrator::cli
