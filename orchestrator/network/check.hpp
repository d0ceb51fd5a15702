// What is wrong about the networks, addresses and ports of a stack, before anything is made of it. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"

namespace orchestrator::network {

struct Problem {
  /// From the top of the stack file: {"networks", "front", "ipam", "config", "[0]", "subnet"}.
  std::vector<std::string> path{};
  std::string message{};  ///< lower case, no full stop
  std::string hint{};
  bool harmless = false;  ///< worth a warning only
  friend bool operator==(const Problem&, const Problem&) = default;
};
/// "networks.front.ipam.config[0].subnet".
std::string path_text(const std::vector<std::string>& path);

/// What the answer depends on besides the stack file. What is not known is not checked.
struct HostFacts {
  std::optional<int> first_unprivileged_port{};            ///< for who may not bind lower ones
  std::optional<std::set<std::string>> shared_networks{};  ///< names that exist
};

std::vector<Problem> check(const project::Project& project, const HostFacts& host);

}  // namespace orchestrator::network
