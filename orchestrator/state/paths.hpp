// Where a project keeps its files: boot-scoped ones in the runtime directory, lasting ones in the data
// directory.
#pragma once

#include <string>
#include <vector>

namespace orchestrator::state {

/// The two roots, as values so that tests can point them elsewhere.
struct Roots {
  std::string runtime{};  ///< /run/mdcompose, or $XDG_RUNTIME_DIR/mdcompose for an ordinary user
  std::string data{};     ///< /var/lib/mdcompose, or $XDG_DATA_HOME/mdcompose
  friend bool operator==(const Roots&, const Roots&) = default;
};
/// MDCOMPOSE_RUNTIME_DIR and MDCOMPOSE_DATA_DIR of the environment win, then what the table above says.
Roots default_roots();
/// Of the named volumes of all projects.
std::string volumes_directory(const Roots& roots);

/// The files of one project. Directories are made with mode 0700: environments and secrets are in there.
struct ProjectPaths {
  std::string project{};
  std::string runtime{};  ///< RUNTIME/PROJECT
  std::string data{};     ///< DATA/projects/PROJECT
  std::string volumes{};  ///< DATA/volumes

  [[nodiscard]] std::string control_socket() const { return runtime + "/control.sock"; }
  [[nodiscard]] std::string project_file() const { return runtime + "/project.json"; }
  /// What the supervisor has done, for people.
  [[nodiscard]] std::string activity_log() const { return runtime + "/activity.log"; }
  /// Subnets and addresses of the project's networks.
  [[nodiscard]] std::string network_file() const { return runtime + "/network.json"; }
  /// What has happened to instances, see change.hpp.
  [[nodiscard]] std::string changes_file() const { return runtime + "/changes.jsonl"; }
  [[nodiscard]] std::string instances() const { return runtime + "/instances"; }
  /// `instance` is SERVICE-NUMBER, "web-1".
  [[nodiscard]] std::string instance(const std::string& instance) const {
    return instances() + "/" + instance;
  }
  [[nodiscard]] std::string state_file(const std::string& id) const { return instance(id) + "/state.json"; }
  [[nodiscard]] std::string definition_file(const std::string& id) const {
    return instance(id) + "/definition.json";
  }
  [[nodiscard]] std::string spec_file(const std::string& id) const { return instance(id) + "/spec.json"; }
  [[nodiscard]] std::string instance_data(const std::string& id) const { return data + "/" + id; }
  [[nodiscard]] std::string log_directory(const std::string& id) const { return instance_data(id) + "/log"; }
  [[nodiscard]] std::string volume(const std::string& name) const { return volumes + "/" + name; }
  friend bool operator==(const ProjectPaths&, const ProjectPaths&) = default;
};
ProjectPaths paths_of(const Roots& roots, const std::string& project);

/// Removes the directories that projects share, where the last one has left them.
void remove_empty_roots(const Roots& roots);

/// Projects that have a runtime directory, sorted.
std::vector<std::string> known_projects(const Roots& roots);

}  // namespace orchestrator::state
