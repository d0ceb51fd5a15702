// What hooks run: `pre_start` in containers of its own, `post_start` and `pre_stop` inside the service's.
// Pure.
#pragma once

#include <cstddef>
#include <string>

#include "orchestrator/project/project.hpp"
#include "runtime/spec/spec.hpp"

namespace orchestrator::plan {

/// A project with one service, called `id`, that is like `service` but alone: without restart policy,
/// replicas, and its names and addresses in networks.
project::Project alone(const project::Project& project, const std::string& service, const std::string& id);

/// What an instance's step of `pre_start` is called: "web-1-pre_start-0".
std::string step_id(const std::string& instance, std::size_t step);

/// The container of one step of `pre_start`: the service's, with the step's command, its own writable layer,
/// and neither health checks, ports nor hooks. It takes over the volumes of the container that it prepares,
/// `container`.
project::Project step_of(const project::Project& project, const std::string& service, std::size_t step,
                         const std::string& id, const std::string& container);

/// The steps of both, and the files they run on, are the same: who has succeeded before need not run again.
bool prepares_alike(const project::Service& before, const project::Service& now);

/// A hook inside the container, whose own process is `process`.
runtime::Process hook_process(runtime::Process process, const project::Hook& hook);

}  // namespace orchestrator::plan
