// Decides only: what `up` has to do, from what is wanted and what is there. The supervisor carries it out;
// `plan` and `up --dry-run` print it.
#pragma once

#include "orchestrator/plan/observed.hpp"
#include "orchestrator/plan/plan.hpp"
#include "orchestrator/plan/selection.hpp"

namespace orchestrator::plan {

/// No files, no clock, no environment. Throws std::runtime_error where `choices` names a service that is not
/// in the project.
Plan reconcile(const project::Project& project, const Observed& observed, const Choices& choices);

}  // namespace orchestrator::plan
