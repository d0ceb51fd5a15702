// What `exec` starts inside a container: the container's own process with the options' changes. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "orchestrator/cli/options.hpp"
#include "runtime/spec/spec.hpp"

namespace orchestrator::cli {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// `own` is the process the container began with; `environment` gives values to `--env NAME`. The first
/// operand is the service, the others are the command.
runtime::Process exec_process(const runtime::Process& own, const Options& options, bool terminal,
                              const Environment& environment);

}  // namespace orchestrator::cli
