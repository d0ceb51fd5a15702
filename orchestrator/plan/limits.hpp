// Limits of a service as runtime::Resources. Pure.
#pragma once

#include <set>
#include <string>

#include "orchestrator/plan/translate.hpp"

namespace orchestrator::plan {

/// The service's own words win over deploy.resources.
runtime::Resources resources_of(const project::Service& service, const Assets& assets);
/// Of all containers of a stack together.
runtime::Resources resources_of(const project::StackLimits& limits);
/// On cgroup v1 no group may ask for more processor time than the one above it has.
void fit_into(runtime::Resources& container, const project::StackLimits& stack);
/// Controllers that it takes.
std::set<std::string> limited_controllers(const project::StackLimits& limits);
/// What has to be said to a group with limits `before`, so that it has `after`: unlimited is a limit, too.
project::StackLimits change_of(const project::StackLimits& before, const project::StackLimits& after);
std::vector<runtime::Rlimit> rlimits_of(const project::Service& service);

/// "app.yaml:3:5: services.web", without the place where it is not known.
std::string placed(const project::Service& service);
/// "app.yaml:3:5: services.web.devices: what is wrong", as std::runtime_error.
[[noreturn]] void refuse(const project::Service& service, const std::string& attribute,
                         const std::string& sentence);

}  // namespace orchestrator::plan
