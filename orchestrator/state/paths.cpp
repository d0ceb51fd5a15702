#include "orchestrator/state/paths.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "orchestrator/project/names.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::state {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The first value that is not empty, with `suffix`.
std::string first_of(const std::string& one, const std::string& other, const std::string& suffix) {
  return (one.empty() ? other : one) + suffix;
}

}  // namespace

Roots default_roots() {
  Roots roots{.runtime = environment("MDCOMPOSE_RUNTIME_DIR"), .data = environment("MDCOMPOSE_DATA_DIR")};
  const bool system_wide = ::access("/run", W_OK) == 0;
  const std::string home = first_of(environment("HOME"), "/tmp", "/.local/share");
  if (roots.runtime.empty())
    roots.runtime = system_wide ? "/run/mdcompose"
                                : first_of(environment("XDG_RUNTIME_DIR"),
                                           "/run/user/" + std::to_string(::getuid()), "/mdcompose");
  if (roots.data.empty())
    roots.data =
        system_wide ? "/var/lib/mdcompose" : first_of(environment("XDG_DATA_HOME"), home, "/mdcompose");
  return roots;
}

std::string volumes_directory(const Roots& roots) { return roots.data + "/volumes"; }

// Commands and the loader refuse other names with a better message. But what is named here is removed by
// `down`, whoever asks: no name may lead out of our directories.
ProjectPaths paths_of(const Roots& roots, const std::string& project) {
  if (!project::is_project_name(project))
    throw std::invalid_argument("invalid project name \"" + project +
                                "\": " + std::string(project::kProjectNameRule));
  return {.project = project,
          .runtime = roots.runtime + "/" + project,
          .data = roots.data + "/projects/" + project,
          .volumes = volumes_directory(roots)};
}

void remove_empty_roots(const Roots& roots) {
  for (const std::string& directory :
       {roots.data + "/projects", volumes_directory(roots), roots.data, roots.runtime})
    ::rmdir(directory.c_str());
}

std::vector<std::string> known_projects(const Roots& roots) {
  std::vector<std::string> names = runtime::sys::list_directory(roots.runtime);
  std::erase_if(names, [](const std::string& name) { return !project::is_project_name(name); });
  return names;
}

}  // namespace orchestrator::state
