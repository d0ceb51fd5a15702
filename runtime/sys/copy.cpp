#include "runtime/sys/copy.hpp"

#include <dirent.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/fs.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::sys {
namespace {

/// Files with more than one name, by device and inode: the first copy's path relative to the target.
using HardLinks = std::map<std::pair<dev_t, ino_t>, std::string>;

struct Place {
  int from = -1;
  int to = -1;
  int target_root = -1;
  std::string path{};  ///< of this directory below the target, with a slash at the end
};

std::vector<std::string> names_in(int directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(
      ::fdopendir(openat(directory, ".", O_RDONLY | O_DIRECTORY).release()), ::closedir);
  if (!stream) throw_errno("read directory");
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

void copy_xattrs(int from, int to) {
  std::array<char, 4096> names{};
  const ssize_t length = ::flistxattr(from, names.data(), names.size());
  for (ssize_t at = 0; at < length;) {
    const std::string name = names.data() + at;
    at += static_cast<ssize_t>(name.size()) + 1;
    std::array<char, 4096> value{};
    const ssize_t size = ::fgetxattr(from, name.c_str(), value.data(), value.size());
    // Security labels of the host's policy cannot always be set; the file is right without them.
    if (size >= 0) (void)::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(size), 0);
  }
}

/// Last of all, because writing changes times and chown clears set-id bits.
void copy_metadata(int to, const struct stat& status, const std::string& name) {
  if (::fchown(to, status.st_uid, status.st_gid) != 0) throw_errno("chown " + name);
  if (::fchmod(to, status.st_mode & 07777) != 0) throw_errno("chmod " + name);
  const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
  if (::futimens(to, times.data()) != 0) throw_errno("set times of " + name);
}

void copy_content(int from, int to, const std::string& name) {
  if (::ioctl(to, FICLONE, from) == 0) return;
  for (;;) {
    const ssize_t copied = ::copy_file_range(from, nullptr, to, nullptr, 1 << 30, 0);
    if (copied == 0) return;
    if (copied < 0) break;
  }
  // Different file systems on an old kernel, or a file of /proc's kind.
  std::array<char, 64 << 10> buffer{};
  for (;;) {
    const ssize_t count = retry([&] { return ::read(from, buffer.data(), buffer.size()); });
    if (count < 0) throw_errno("read " + name);
    if (count == 0) return;
    write_all(to, {buffer.data(), static_cast<std::size_t>(count)});
  }
}

void copy_file(const Place& place, const std::string& name, const struct stat& status) {
  const unique_fd from = openat(place.from, name, O_RDONLY | O_NOFOLLOW);
  const unique_fd to = openat(place.to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  copy_content(from.get(), to.get(), name);
  copy_xattrs(from.get(), to.get());
  copy_metadata(to.get(), status, name);
}

void copy_link(const Place& place, const std::string& name, const struct stat& status) {
  std::string target(static_cast<std::size_t>(status.st_size) + 1, '\0');
  const ssize_t length = ::readlinkat(place.from, name.c_str(), target.data(), target.size());
  if (length < 0) throw_errno("readlink " + name);
  target.resize(static_cast<std::size_t>(length));
  if (::symlinkat(target.c_str(), place.to, name.c_str()) != 0) throw_errno("symlink " + name);
  if (::fchownat(place.to, name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno("chown " + name);
}

void copy_node(const Place& place, const std::string& name, const struct stat& status) {
  if (::mknodat(place.to, name.c_str(), status.st_mode, status.st_rdev) != 0) throw_errno("mknod " + name);
  if (::fchownat(place.to, name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno("chown " + name);
}

void copy_directory(const Place& place, HardLinks& links);

void copy_entry(const Place& place, const std::string& name, HardLinks& links) {
  struct stat status {};
  if (::fstatat(place.from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) throw_errno("stat " + name);
  if (S_ISDIR(status.st_mode)) {
    if (::mkdirat(place.to, name.c_str(), 0700) != 0) throw_errno("mkdir " + name);
    const unique_fd from = openat(place.from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const unique_fd to = openat(place.to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    copy_directory({from.get(), to.get(), place.target_root, place.path + name + "/"}, links);
    return;
  }
  if (status.st_nlink > 1) {
    const auto [known, first] = links.try_emplace({status.st_dev, status.st_ino}, place.path + name);
    if (!first) {
      if (::linkat(place.target_root, known->second.c_str(), place.to, name.c_str(), 0) != 0)
        throw_errno("link " + name);
      return;
    }
  }
  if (S_ISREG(status.st_mode)) return copy_file(place, name, status);
  if (S_ISLNK(status.st_mode)) return copy_link(place, name, status);
  copy_node(place, name, status);
}

void copy_directory(const Place& place, HardLinks& links) {
  for (const std::string& name : names_in(place.from)) copy_entry(place, name, links);
  struct stat status {};
  if (::fstat(place.from, &status) != 0) throw_errno("stat directory");
  copy_xattrs(place.from, place.to);
  copy_metadata(place.to, status, place.path);
}

}  // namespace

void copy_tree(int from, int to) {
  HardLinks links;
  copy_directory({.from = from, .to = to, .target_root = to, .path = ""}, links);
}

}  // namespace runtime::sys
