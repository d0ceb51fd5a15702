// Stacks from Compose text, and what they look like when they run.
#pragma once

#include <string>

#include "orchestrator/plan/reconcile.hpp"

namespace orchestrator::plan::test {

/// The project "app" with these lines under `services:`, indented by two spaces, each service with the host's
/// root; after a line "---" comes the top level.
project::Project stack(const std::string& lines);

/// Every instance that the project asks for, running.
Observed running(const project::Project& project, const Choices& choices = {});
state::Instance& record(Observed& observed, const std::string& id);

/// What `up` would do to a stack that runs as `before` says.
std::string change(const std::string& before, const std::string& after, const Choices& choices = {});

}  // namespace orchestrator::plan::test
