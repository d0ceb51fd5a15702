// What `up` and `create` ask of the supervisor, from their options. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::cli {

/// Throws UsageError where options contradict each other.
void check_up_options(const Options& options);
/// True where `up` returns once everything runs.
bool is_detached(const Options& options);

/// Without the project. Throws UsageError.
state::Request up_request(const Options& options);
state::Request create_request(const Options& options);

/// "web=3" to {"web", 3}. Throws UsageError.
std::map<std::string, int> scale_of(const std::vector<std::string>& assignments);

}  // namespace orchestrator::cli
