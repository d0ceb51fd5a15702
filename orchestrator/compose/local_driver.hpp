// What `driver` and `driver_opts` make of a volume: the options of Docker's local driver, which are those of
// mount(8).
#pragma once

#include "orchestrator/compose/reader.hpp"

namespace orchestrator::compose {

/// Fills in `device`, or who owns the volume. A volume that would be something else than its stack file says
/// is an error.
void bind_local_driver(const Reader& from, project::Volume& volume);

}  // namespace orchestrator::compose
