// The files around an instance: its definition, its secrets, its volumes' places. Small, synchronous, no
// decisions.
#pragma once

#include <map>
#include <string>

#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/dependencies.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// A record for an instance that does not exist yet.
state::Instance fresh_record(const std::string& project, const Definition& definition, int number);

void save_definition(const state::ProjectPaths& paths, const Member& member);
/// Nothing where it is missing or broken.
std::shared_ptr<const Definition> load_definition(const state::ProjectPaths& paths,
                                                  const state::Instance& record);

/// The directory of a named volume, or of an anonymous one, which lives and dies with its instance.
storage::Volume volume_of(const state::ProjectPaths& paths, const project::Project& project,
                          const state::Instance& record, const project::ServiceVolume& volume);

/// Secrets and configs of the service as files of the host, by their target in the container.
std::map<std::string, std::string> write_secrets(const Definition& definition, const std::string& directory);

/// /proc/PID/ns/… of the services whose namespaces this one shares. Throws std::runtime_error where one is
/// not running.
std::map<std::string, std::string> shared_namespaces(const project::Service& service, const Stack& stack);

/// Where an instance's output is kept; that of a pre_start step is with its service's.
std::string log_of(const state::ProjectPaths& paths, const state::Instance& record);

/// The living process of a record, found by number and proved by its pidfs inode; empty where it is gone.
runtime::sys::unique_fd find_process(const state::Instance& record);

}  // namespace orchestrator::supervisor
