// Between `create` and `start` of the OCI runtime-spec the creator may end and another process may say when
// the container executes: two FIFOs in a directory.
#pragma once

#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// The waiting process's ends, both open for reading and writing: it is nobody's child that sees end of file.
struct Gate {
  sys::unique_fd go{};
  sys::unique_fd report{};
};

/// Makes the FIFOs below `directory`, mode 0600, and opens them for a process that is about to wait. Throws
/// std::system_error.
Gate make_gate(const std::string& directory);

/// True while a process waits at the gate of `directory`, or somebody holds a Gate for it.
bool is_waiting(const std::string& directory);

/// Lets the process go and blocks until it has executed. False where nobody waits. Throws StartError as
/// Started::wait_started() does.
bool open_gate(const std::string& directory);

}  // namespace runtime
