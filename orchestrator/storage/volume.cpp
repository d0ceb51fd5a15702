#include "orchestrator/storage/volume.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <system_error>

#include "runtime/sys/copy.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {

namespace sys = runtime::sys;

namespace {

/// Where a volume is made; no volume's own name begins with a dot.
std::string workshop(const std::string& volumes, const std::string& project) {
  return volumes + "/.new." + project;
}

void sync_directory(const std::string& path) {
  const sys::unique_fd opened = sys::open(path, O_RDONLY | O_DIRECTORY);
  if (::fsync(opened.get()) != 0) sys::throw_errno("fsync " + path);
}

std::optional<std::string> owner_of(const std::string& path) {
  return sys::read_file_if_exists(path + "/project");
}

void make(const std::string& path, const std::string& project) {
  sys::make_directories(path + "/_data", 0755);
  sys::replace_file(path + "/project", project, 0600, true);
}

}  // namespace

bool Volume::exists() const { return sys::exists(own()); }

/// Under another name until it is known whose it is: a volume that is nobody's would never be removed.
bool Volume::create(const std::string& project) const {
  if (exists()) return false;
  const std::string volumes = path_.substr(0, path_.rfind('/'));
  const std::string fresh = workshop(volumes, project);
  remove_half_made(volumes, project);
  try {
    make(fresh, project);
    if (owner_of(path_) == project) sys::remove_tree(path_);  // half removed
    if (::rename(fresh.c_str(), path_.c_str()) != 0) sys::throw_errno("rename " + fresh);
  } catch (const std::system_error&) {
    remove_half_made(volumes, project);
    throw;
  }
  sync_directory(volumes);
  return true;
}

void Volume::give_to(std::optional<std::uint32_t> uid, std::optional<std::uint32_t> gid,
                     std::optional<std::uint32_t> mode) const {
  const sys::unique_fd directory = sys::open(data(), O_RDONLY | O_DIRECTORY);
  const auto unchanged = static_cast<std::uint32_t>(-1);
  if (::fchown(directory.get(), uid.value_or(unchanged), gid.value_or(unchanged)) != 0)
    sys::throw_errno("chown " + data());
  if (mode && ::fchmod(directory.get(), *mode & 07777) != 0) sys::throw_errno("chmod " + data());
}

bool Volume::is_empty() const { return sys::list_directory(data()).empty(); }

/// Whose it is goes last: what is half removed is known, and removed the next time.
void Volume::remove() const {
  sys::remove_tree(own());
  sys::remove_tree(path_);
}

std::vector<std::string> volumes_of(const std::string& volumes, const std::string& project) {
  std::vector<std::string> names;
  for (const std::string& name : sys::list_directory(volumes))
    if (!name.starts_with('.') && owner_of(volumes + "/" + name) == project) names.push_back(name);
  return names;
}

void remove_half_made(const std::string& volumes, const std::string& project) {
  sys::remove_tree(workshop(volumes, project));
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
