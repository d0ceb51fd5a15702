// The list of instances as `ps` prints it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/state/instance.hpp"

namespace orchestrator::cli {

struct PsFilter {
  bool all = false;                     ///< also those that do not run, and those of `run`
  std::vector<std::string> statuses{};  ///< "running", "exited", …; nothing: by `all`
};
std::vector<state::Instance> filtered(std::vector<state::Instance> instances, const PsFilter& filter);

/// NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS.
std::string ps_table(const std::vector<state::Instance>& instances, std::int64_t now_ns, bool truncate);

}  // namespace orchestrator::cli
