// A project as JSON, for the supervisor and for the records beside each instance. Nothing is lost.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/project/project.hpp"

namespace orchestrator::project {

/// Members that have their default value are left out.
std::string to_json(const Project& project);
/// Throws std::runtime_error where the text is not such JSON.
Project from_json(std::string_view text);

/// A name for the service's definition: 16 hexadecimal digits that change when anything changes that needs a
/// new container. Places in files, profiles, replicas and dependencies do not.
std::string service_hash(const Service& service);

}  // namespace orchestrator::project
