// Health checks that need no program in the container: the supervisor looks from outside.
#pragma once

#include "orchestrator/project/project.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

/// Where to look.
struct Looked {
  int pid = 0;
  int pidfd = -1;  ///< of the same process; borrowed
};

/// The container's network namespace. Throws std::exception where it has ended.
runtime::sys::unique_fd network_of(const Looked& at);

/// Looks once for the file, or connects to the unix socket. Returns where all is well. It may block for as
/// long as a file system likes, and may enter the container's network: call it in a child. Throws
/// std::exception with one sentence that says what is wrong.
void look(const project::NativeProbe& probe, const Looked& at);

}  // namespace orchestrator::supervisor
