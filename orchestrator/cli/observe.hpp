// Reads what a project's instances are, from their records and the kernel, with or without a supervisor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/state/instance.hpp"
#include "orchestrator/state/paths.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::cli {

/// The process of the record where it lives: same boot, and its pidfd has the inode written down. Who only
/// asks whether it does calls is_alive().
std::optional<runtime::sys::unique_fd> process_of(const state::Instance& instance,
                                                  const std::string& boot_id);
bool is_alive(const state::Instance& instance, const std::string& boot_id);

/// True for what `ps` shows without --all: there is a process, or there will be one again.
bool runs(const state::Instance& instance);

/// Every record, by service and number. Where its supervisor and keeper have died, or the machine was started
/// again, and nobody has adopted the project yet, one that says "running" of a process that is gone comes
/// back as exited with a lost status, and one of an earlier boot waits for nothing.
std::vector<state::Instance> observe(const state::ProjectPaths& paths);

/// Those of `services` (nothing: all). Throws std::runtime_error for a service that has no record and is not
/// in `known`: "no such service: wbe; did you mean "web"?"
std::vector<state::Instance> of_services(std::vector<state::Instance> instances,
                                         const std::vector<std::string>& services,
                                         const std::vector<std::string>& known = {});

}  // namespace orchestrator::cli
