// Why a container is as it is, in sentences. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/state/instance.hpp"

namespace orchestrator::cli {

/// What `why` knows of one container.
struct Case {
  state::Instance instance{};
  std::vector<std::string> last_lines{};  ///< of its output
  std::int64_t now_ns = 0;                ///< wall clock
  std::int64_t now_boottime_ns = 0;       ///< CLOCK_BOOTTIME
};

/// The causes, the most important one first; one sentence each, without a full stop.
std::vector<std::string> causes(const Case& it);

/// A paragraph: what it is, the causes, the last lines.
std::string why_text(const Case& it);

}  // namespace orchestrator::cli
