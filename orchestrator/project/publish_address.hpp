// `x-mdcompose: {publish_address: auto}`: every project publishes at a loopback address of its own, so that
// ten copies of a stack run side by side with the same ports.
#pragma once

#include <string>

#include "orchestrator/project/project.hpp"

namespace orchestrator::project {

/// 127.x.y.z, the same for the same project, never one of those that programs use by habit (127.0.*,
/// 127.1.*).
std::string loopback_address_of(const std::string& project);

/// Ports that do not say where they are published are published at `address`; "auto" is the address above.
void publish_at(Project& project, const std::string& address);

/// "web.app.localhost", what a service is called on the host where it has a port at the project's address.
std::string host_name_of(const std::string& project, const std::string& service);

}  // namespace orchestrator::project
