// The life of a service of a settled tree as values: dependencies, health, jobs, hooks, restart and stop.
#pragma once

#include "orchestrator/compose/reader.hpp"

namespace orchestrator::compose {

void bind_life(const Reader& from, project::Service& service);

}  // namespace orchestrator::compose
