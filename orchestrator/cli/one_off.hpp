// What `run` starts: the service's definition with the options' changes. Pure.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::cli {

struct OneOff {
  std::string id{};    ///< what it is called in its project: "web-run-0123456789ab"
  std::string name{};  ///< of the container
  bool terminal = false;
  std::vector<std::string> environment{};  ///< NAME=VALUE, or NAME for the caller's value
};

/// The options of `run` as one more stack file, which the loader reads and merges like any other. The first
/// operand is the service, the others are the command.
std::string one_off_file(const Options& options, const OneOff& one_off);

/// From the project with that file: a project with one service, called after the one-off, without what only
/// the service's own containers have (restart policy, replicas, its names in networks).
project::Project one_off_definition(const project::Project& project, const std::string& service,
                                    const OneOff& one_off, bool use_aliases);

}  // namespace orchestrator::cli
