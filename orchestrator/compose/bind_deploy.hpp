// `deploy` of a service, and limits of the whole stack.
#pragma once

#include "orchestrator/compose/reader.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

project::Deploy bind_deploy(const Reader& from);
/// `x-mdcompose.limits` of the file.
project::StackLimits bind_stack_limits(const Reader& from);

}  // namespace orchestrator::compose
