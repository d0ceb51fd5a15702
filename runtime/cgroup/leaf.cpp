#include "runtime/cgroup/leaf.hpp"

#include <unistd.h>

#include <algorithm>

#include "runtime/sys/file.hpp"

namespace runtime::cgroup {
namespace {

bool is_freezer(const std::string& path) { return path.find("/freezer/") != std::string::npos; }

/// The hierarchy that kills: the unified one, else the freezer, which a container on such a host always has.
std::string parent_of(const Paths& container) {
  if (!container.unified.empty()) return container.unified;
  const auto found = std::find_if(container.v1.begin(), container.v1.end(), is_freezer);
  return found == container.v1.end() ? "" : *found;
}

Paths paths_below(const Paths& container, const std::string& leaf) {
  if (!container.unified.empty()) return {.unified = leaf, .v1 = container.v1};
  // The first is the one whose processes are killed.
  Paths paths{.v1 = {leaf}};
  std::copy_if(container.v1.begin(), container.v1.end(), std::back_inserter(paths.v1),
               [](const std::string& path) { return !is_freezer(path); });
  return paths;
}

std::string make(const std::string& parent, const std::string& name) {
  if (parent.empty()) return "";
  const std::string directory = parent + "/" + name;
  sys::make_directories(directory);
  return directory;
}

}  // namespace

Leaf::Leaf(const Paths& container, const std::string& name)
    : directory_(make(parent_of(container), name)),
      group_(Cgroup::open(directory_.empty() ? container : paths_below(container, directory_))) {}

Leaf::~Leaf() {
  if (!directory_.empty()) ::rmdir(directory_.c_str());
}

}  // namespace runtime::cgroup
