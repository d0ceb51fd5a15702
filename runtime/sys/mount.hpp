// The mount API of Linux 5.2 and later: mounts are descriptors first and get a place in the tree last.
// See fsopen(2), fsconfig(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2).
#pragma once

#include <sys/mount.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

/// A parameter of fsconfig(2): a key alone is a flag ("ro", "volatile").
struct MountOption {
  std::string key{};
  std::string value{};
};

/// A new file system instance, detached. `attributes` is a set of MOUNT_ATTR_*.
/// Throws std::system_error; the kernel's own words (fsopen log) are added where it gives some.
unique_fd new_mount(const std::string& type, const std::string& source,
                    const std::vector<MountOption>& options, std::uint64_t attributes);

/// A detached clone of the tree at `path`; `recursive` takes the mounts below with it.
/// An empty path with a descriptor clones what the descriptor names.
unique_fd clone_tree(int directory, const std::string& path, bool recursive);

/// mount_setattr(2) on a detached or attached tree (`path` empty: the descriptor's own).
struct MountAttributes {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  std::uint64_t propagation = 0;  ///< MS_PRIVATE, MS_SLAVE, MS_SHARED or 0
  int userns = -1;                ///< for MOUNT_ATTR_IDMAP
  bool recursive = false;
};
void set_mount_attributes(int mount, const MountAttributes& attributes);

/// Attaches a detached mount on the object that `target` (an O_PATH descriptor) names.
void attach_mount(int mount, int target);

/// mount(NULL, "/", NULL, MS_REC | propagation): how mounts made elsewhere reach this namespace.
void set_propagation(const std::string& path, unsigned long propagation);

void umount(const std::string& path, int flags);

/// pivot_root(".", "."); the old root ends up on top of the new one at "/". See pivot_root(2), NOTES.
void pivot_root_here();

}  // namespace runtime::sys
