// One running container of a service, for commands that turn to it alone.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/cli/stack.hpp"
#include "orchestrator/state/instance.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::cli {

/// The lowest-numbered running one, or the one that --index names. Throws std::runtime_error where none runs.
state::Instance running_container(const Target& target, const std::string& service, std::optional<int> index);

/// A pidfd of the living process of the record; another one with the same number is not meant. Throws
/// std::runtime_error where it has ended.
runtime::sys::unique_fd open_process(const state::Instance& instance);

}  // namespace orchestrator::cli
