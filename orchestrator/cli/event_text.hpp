// What `events` prints. Pure.
#pragma once

#include <string>

#include "orchestrator/state/change.hpp"

namespace orchestrator::cli {

/// How an instance is, as the first thing that is told of it: action "state".
state::Change present_state(const state::Instance& instance, std::int64_t now_ns);

/// "2026-11-24T15:45:38.000000001Z container die app-web-1 (exitCode=137, signal=9)".
std::string event_text(const state::Change& change);

}  // namespace orchestrator::cli
