// `config --explain`: where each value of a stack is from.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/compose/load.hpp"

namespace orchestrator::cli {

/// One line for each value below the paths ("services.web.environment"), of all where there are none: the
/// value, where it stands, what it overrode, what filled it in. Throws UsageError for a path that leads
/// nowhere.
std::string explain(const compose::Model& model, const std::vector<std::string>& paths);

}  // namespace orchestrator::cli
