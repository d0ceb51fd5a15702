// What a stack and each of its instances were made from: the project as `up` was asked for it last, and for
// an instance the project cut down to one service, kept beside its record.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/project/project.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::state {

/// Nothing where there was no `up`. Throws std::runtime_error where it is of another version.
std::optional<project::Project> load_project(const ProjectPaths& paths);

/// The project with this service only; what the service refers to at the top level stays.
project::Project cut_down(const project::Project& project, const std::string& service);

/// Writes it in one step (rename). `id` is the instance's.
void save_definition(const ProjectPaths& paths, const std::string& id, const project::Project& definition);
/// Nothing where it is missing, broken, or not of this service.
std::optional<project::Project> load_definition(const ProjectPaths& paths, const std::string& id,
                                                const std::string& service);

}  // namespace orchestrator::state
