// What a service's `logging:` makes of an instance's output. Pure.
#pragma once

#include <string>

#include "orchestrator/logs/output.hpp"
#include "orchestrator/project/project.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::supervisor {

/// `directory`: of the log.
logs::OutputOptions output_options(const project::Service& service, const state::Instance& record,
                                   const std::string& directory);

}  // namespace orchestrator::supervisor
