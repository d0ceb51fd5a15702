// What `up`, `create`, `scale` and `plan` ask of the supervisor, from their options. Pure.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/project/project.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::cli {

/// Throws UsageError where options contradict each other.
void check_up_options(const Options& options);
/// `--wait-timeout`; nothing where it is 0: no limit, as docker compose has it.
std::optional<std::chrono::seconds> wait_limit_of(const Options& options);
/// `--timeout`, the grace period; a negative one is no limit, as docker has it.
std::optional<std::chrono::nanoseconds> grace_of(const Options& options);
/// True where `up` returns once everything runs.
bool is_detached(const Options& options);

/// Without the project. Throws UsageError.
state::Request up_request(const Options& options);
state::Request create_request(const Options& options);
state::Request plan_request(const Options& options);
/// `scale SERVICE=NUMBER...`: everything else stays as it is.
state::Request scale_request(const Options& options);

/// Everything that names a service names one of the project, the one whose exit code is asked for is brought
/// up, and nothing with a fixed name is asked for twice. Throws std::runtime_error ("no such service: wbe;
/// did you mean "web"?"), UsageError.
void check_services(const project::Project& project, const state::Request& request);

/// Output is asked for only of services that this `up` brings up. Throws std::runtime_error.
void check_attached(const Options& options, const project::Project& project, const state::Request& request);

/// "web=3" to {"web", 3}. Throws UsageError.
std::map<std::string, int> scale_of(const std::vector<std::string>& assignments);

}  // namespace orchestrator::cli
