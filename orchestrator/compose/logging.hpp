// `logging:` of a service: which driver keeps its output, and what the driver's options mean here.
#pragma once

#include <string>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/node.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

/// Options as docker's drivers read them (docs.docker.com/engine/logging/drivers). One that a driver does not
/// have, and a value it cannot read, is an error; a driver or an option that we do not have is a warning.
/// `path`: "services.web.logging".
project::Logging bind_logging(const Node& logging, const std::string& path, Findings& findings);

}  // namespace orchestrator::compose
