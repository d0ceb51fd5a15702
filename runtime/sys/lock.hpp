// Files and directories as locks between processes.
#pragma once

#include <string>

namespace runtime::sys {

/// flock(2), exclusive: waits for whoever has it. It is held until the open file behind `fd` is closed.
/// `what` is said where it fails: "lock WHAT". Throws std::system_error.
void lock(int fd, const std::string& what);

}  // namespace runtime::sys
