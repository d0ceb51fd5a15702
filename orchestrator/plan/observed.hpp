// What is there: the instances of a project with what each was made from, and its volumes. Read from the
// state files, or known to the supervisor; the same either way.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::plan {

struct ObservedInstance {
  state::Instance record{};
  /// The project it was made from, cut down to its service; null where that is lost.
  std::shared_ptr<const project::Project> definition{};
};

/// The service that it was made from; null where that is lost.
const project::Service* service_of(const ObservedInstance& one);

struct Observed {
  std::vector<ObservedInstance> instances{};
  std::set<std::string> volumes{};  ///< full names
  project::StackLimits limits{};    ///< that the instances obey together
};

}  // namespace orchestrator::plan
