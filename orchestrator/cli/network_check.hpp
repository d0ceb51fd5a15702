// What network/check.hpp finds, told with the place in the stack file.
#pragma once

#include <map>
#include <string>

#include "orchestrator/cli/options.hpp"
#include "orchestrator/compose/load.hpp"
#include "orchestrator/network/check.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

/// `scale` is how many containers the command line wants of services. Throws UsageError with everything that
/// is wrong; what is only worth a warning goes the way of warn().
void check_networks(const Options& options, const compose::Loaded& loaded,
                    const std::map<std::string, int>& scale, const network::HostFacts& host);
/// For who only looks at a stack: everything is a warning.
void warn_of_networks(const Options& options, const compose::Model& model);

/// What this host allows: asked before a stack is made, not when it is only looked at.
network::HostFacts host_facts(const state::Roots& roots);

}  // namespace orchestrator::cli
