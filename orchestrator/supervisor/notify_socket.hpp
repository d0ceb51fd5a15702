// The socket on which a container says that it is ready: sd_notify(3), "READY=1" to $NOTIFY_SOCKET.
#pragma once

#include <string>
#include <string_view>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

/// Bound at `path`, which any user in the container may send to; does not block. A stale one is replaced.
/// Throws std::system_error.
runtime::sys::unique_fd open_notify_socket(const std::string& path);

/// True where one of the messages that have come says so. Descriptors that came with them are closed.
bool receive_ready(int socket);

/// True where a message of lines "NAME=VALUE" contains READY=1.
bool says_ready(std::string_view message);

}  // namespace orchestrator::supervisor
