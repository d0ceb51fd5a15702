// Limits of a service as runtime::Resources. Pure.
#pragma once

#include "orchestrator/plan/translate.hpp"

namespace orchestrator::plan {

/// The service's own words win over deploy.resources.
runtime::Resources resources_of(const project::Service& service, const Assets& assets);
std::vector<runtime::Rlimit> rlimits_of(const project::Service& service);

/// "app.yaml:3:5: services.web.devices: what is wrong", as std::runtime_error.
[[noreturn]] void refuse(const project::Service& service, const std::string& attribute,
                         const std::string& sentence);

}  // namespace orchestrator::plan
