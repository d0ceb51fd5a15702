#include "runtime/cgroup/leaf.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

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

constexpr const char* kPrefix = "run.";

/// Not that of an earlier supervisor's command, which may still be there.
std::string next_name() {
  static std::uint64_t count = 0;
  return kPrefix + std::to_string(::getpid()) + "." + std::to_string(++count);
}

std::string make(const std::string& parent) {
  if (parent.empty()) return "";
  const std::string directory = parent + "/" + next_name();
  sys::make_directories(directory);
  return directory;
}

/// Directories.
std::vector<std::string> leaves_below(const Paths& container) {
  std::vector<std::string> leaves;
  const std::string parent = parent_of(container);
  if (parent.empty()) return leaves;
  for (const std::string& name : sys::list_directory(parent))
    if (name.starts_with(kPrefix)) leaves.push_back(parent + "/" + name);
  return leaves;
}

}  // namespace

Leaf::Leaf(const Paths& container)
    : directory_(make(parent_of(container))),
      group_(Cgroup::open(directory_.empty() ? container : paths_below(container, directory_))) {}

bool Leaf::is_there() const { return directory_.empty() || ::access(directory_.c_str(), F_OK) == 0; }

Leaf::~Leaf() { (void)remove(); }

bool Leaf::remove() {
  if (!directory_.empty() && ::rmdir(directory_.c_str()) != 0 && errno != ENOENT) return false;
  directory_.clear();
  return true;
}

std::vector<int> processes_in_leaves(const Paths& container) {
  std::vector<int> all;
  for (const std::string& leaf : leaves_below(container)) {
    const std::vector<int> inside = Cgroup::open(paths_below(container, leaf)).processes();
    all.insert(all.end(), inside.begin(), inside.end());
  }
  return all;
}

void remove_empty_leaves(const Paths& container) {
  for (const std::string& leaf : leaves_below(container)) ::rmdir(leaf.c_str());
}

}  // namespace runtime::cgroup
