// Options of mount(8) as flags and parameters. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/sys/mount.hpp"

namespace runtime {

struct MountOptions {
  std::uint64_t set = 0;  ///< MOUNT_ATTR_*
  std::uint64_t clear = 0;
  std::uint64_t propagation = 0;  ///< MS_PRIVATE, …
  bool recursive_propagation = false;
  bool bind = false;
  bool recursive = false;             ///< rbind
  bool recursive_attributes = false;  ///< "rro": also what is mounted below
  bool copy_up = false;               ///< tmpcopyup: the tmpfs begins with what it covers
  std::string subdirectory{};         ///< X-mount.subdir of a bind: what of the source is mounted
  std::string from_namespace{};       ///< X-mount.namespace of a bind: where its source is, /proc/N/ns/mnt
  std::vector<sys::MountOption> parameters{};  ///< what the file system itself understands
};
MountOptions parse_mount_options(const std::vector<std::string>& options);

/// Every option that is not left to the file system.
std::vector<std::string> mount_option_names();

}  // namespace runtime
