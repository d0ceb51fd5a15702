// `volume`: the volumes of the host, and those that belong to no project.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/volumes.hpp"
#include "orchestrator/project/names.hpp"
#include "orchestrator/storage/volume.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"

namespace orchestrator::cli {
namespace {

/// Whose a volume of `volume create` is: no `down` removes it.
constexpr const char* kNoProject = "";

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string directory_of_volumes() { return state::volumes_directory(state::default_roots()); }

bool is_of_no_project(const std::string& name) {
  const std::vector<std::string> names = storage::volumes_of(directory_of_volumes(), kNoProject);
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Throws std::runtime_error where it may not be removed.
void check_removable(const std::string& name) {
  if (!is_of_no_project(name)) {
    if (project::is_object_name(name) && storage::Volume(directory_of_volumes(), name).exists())
      throw std::runtime_error("volume \"" + name +
                               "\" belongs to a project, whose \"down --volumes\" removes it");
    throw std::runtime_error("there is no volume \"" + name + "\"");
  }
  const state::Roots roots = state::default_roots();
  for (const std::string& project : state::known_projects(roots)) {
    const state::ProjectPaths paths = state::paths_of(roots, project);
    if (mounted_volumes(paths, observe(paths)).contains(name))
      throw std::runtime_error("volume \"" + name + "\" is in use by project " + project);
  }
}

}  // namespace

int volume_create(const Options& options) {
  if (options.operands().size() != 1) throw UsageError("volume create wants one name");
  const std::string& name = options.operands().front();
  if (!project::is_object_name(name))
    throw UsageError(fmt::format("invalid name \"{}\": {}", name, project::kObjectNameRule));
  const std::string directory = directory_of_volumes();
  runtime::sys::make_directories(directory);
  const runtime::sys::unique_fd opened = runtime::sys::open(directory, O_RDONLY | O_DIRECTORY);
  runtime::sys::lock(opened.get(), directory);
  (void)storage::Volume(directory, name).create(kNoProject);
  print(name + "\n");
  return 0;
}

int volume_ls(const Options& options) {
  std::set<std::string> names;
  for (const std::string& name : runtime::sys::list_directory(directory_of_volumes()))
    if (project::is_object_name(name)) names.insert(name);
  print(volume_list(names, options));
  return 0;
}

int volume_rm(const Options& options) {
  if (options.operands().empty()) throw UsageError("volume rm wants a name");
  for (const std::string& name : options.operands()) {
    check_removable(name);
    storage::Volume(directory_of_volumes(), name).remove();
    print(name + "\n");
  }
  state::remove_empty_roots(state::default_roots());
  return 0;
}

}  // namespace orchestrator::cli
