#include "orchestrator/state/definition.hpp"

#include <stdexcept>

#include "orchestrator/project/json.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::state {

namespace sys = runtime::sys;

std::optional<project::Project> load_project(const ProjectPaths& paths) {
  const auto text = sys::read_file_if_exists(paths.project_file());
  return text ? std::optional(project::from_json(*text)) : std::nullopt;
}

project::Project cut_down(const project::Project& project, const std::string& service) {
  return {.name = project.name,
          .directory = project.directory,
          .files = project.files,
          .services = {{service, project.services.at(service)}},
          .networks = project.networks,
          .volumes = project.volumes,
          .secrets = project.secrets,
          .configs = project.configs,
          .limits = project.limits,
          .strict_limits = project.strict_limits,
          .extension = project.extension};
}

void save_definition(const ProjectPaths& paths, const std::string& id, const project::Project& definition) {
  sys::make_directories(paths.instance(id), 0700);
  sys::replace_file(paths.definition_file(id), project::to_json(definition));
}

std::optional<project::Project> load_definition(const ProjectPaths& paths, const std::string& id,
                                                const std::string& service) {
  const auto text = sys::read_file_if_exists(paths.definition_file(id));
  if (!text) return std::nullopt;
  try {
    project::Project definition = project::from_json(*text);
    if (definition.services.contains(service)) return definition;
  } catch (const std::runtime_error&) {
    // Torn or of another version: whoever asked makes a new one.
  }
  return std::nullopt;
}

}  // namespace orchestrator::state
