// What differs between the containers of one service. Pure.
#pragma once

#include <string>

#include "orchestrator/project/project.hpp"

namespace orchestrator::plan {

/// One container of a service.
struct Slot {
  int number = 1;         ///< from 1
  std::string name{};     ///< of the container
  std::string machine{};  ///< name of the host
};

/// The service as this container has it: {{.Task.Slot}}, {{.Task.Name}}, {{.Service.Name}} and
/// {{.Node.Hostname}} are replaced in values of the environment, in the hostname and in paths of the host.
/// Other braces stay as they are. See "docker service create", templates.
project::Service in_slot(project::Service service, const Slot& slot);

}  // namespace orchestrator::plan
