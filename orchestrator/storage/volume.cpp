#include "orchestrator/storage/volume.hpp"

#include <unistd.h>

#include "runtime/sys/copy.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {

namespace sys = runtime::sys;

bool Volume::exists() const { return sys::exists(data()); }

bool Volume::create(const std::string& project) const {
  if (exists()) return false;
  sys::make_directories(path_, 0755);
  sys::replace_file(path_ + "/project", project, 0600, true);
  sys::make_directories(data(), 0755);
  const std::string parent = path_.substr(0, path_.rfind('/'));
  for (const std::string& directory : {path_, parent}) {
    const sys::unique_fd opened = sys::open(directory, O_RDONLY | O_DIRECTORY);
    if (::fsync(opened.get()) != 0) sys::throw_errno("fsync " + directory);
  }
  return true;
}

bool Volume::is_empty() const { return sys::list_directory(data()).empty(); }

void Volume::remove() const { sys::remove_tree(path_); }

std::vector<std::string> volumes_of(const std::string& volumes, const std::string& project) {
  std::vector<std::string> names;
  for (const std::string& name : sys::list_directory(volumes))
    if (sys::read_file_if_exists(volumes + "/" + name + "/project") == project) names.push_back(name);
  return names;
}

void populate_volume(const Volume& volume, const std::string& root, const std::string& target) {
  const sys::unique_fd inside = sys::open(root, O_PATH | O_DIRECTORY);
  sys::unique_fd source;
  try {
    source = sys::openat2(inside.get(), "." + target, O_RDONLY | O_DIRECTORY, RESOLVE_IN_ROOT);
  } catch (const std::system_error& error) {
    const int code = sys::errno_of(error);
    if (code == ENOENT || code == ENOTDIR) return;
    throw;
  }
  const sys::unique_fd destination = sys::open(volume.data(), O_RDONLY | O_DIRECTORY);
  sys::copy_tree(source.get(), destination.get());
}

}  // namespace orchestrator::storage
