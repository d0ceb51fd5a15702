// Who a container's process is, so that a later program finds it and never a stranger with the same number.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::mdrun {

/// The pidfs inode and the boot name a process for ever. Kernels before 6.9 have no such inode: there its
/// number and the clock tick it began at have to do.
struct Identity {
  pid_t pid = 0;  ///< 0: there is no process yet
  std::uint64_t inode = 0;
  std::uint64_t start_ticks = 0;
  std::string boot_id{};
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// `pidfd` is borrowed. Throws std::system_error.
Identity identify(pid_t pid, int pidfd);

/// A pidfd of the process where it still runs. Throws std::system_error.
std::optional<sys::unique_fd> find_process(const Identity& identity);

}  // namespace runtime::mdrun
