// What has changed between two definitions of a service, key by key, as far as it changes its containers.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"

namespace orchestrator::project {

/// One key with another value. A value that is a text is quoted; an empty one is not there.
struct Difference {
  std::string key{};  ///< as in the stack file: "environment.A", "volumes[/data].read_only"
  std::string before{};
  std::string after{};
  Source source{};  ///< of the nearest value above the key whose place is known
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// By key. What says how many containers there are, when they start and where their image comes from (scale,
/// profiles, depends_on, pull_policy, build, …) says nothing about what a container is and is left out; what
/// the service uses of networks, volumes, secrets and configs is looked at, too. `name` is defined in both.
std::vector<Difference> differences(const Project& before, const Project& after, const std::string& name);

/// Keys begin with "x-mdcompose.limits."; the places are not known.
std::vector<Difference> differences(const StackLimits& before, const StackLimits& after);

/// True for keys of a service that say nothing about what its containers are.
bool is_about_the_service(const std::string& key);

}  // namespace orchestrator::project
