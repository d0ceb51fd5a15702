// The socket on which a container says that it is ready: sd_notify(3), "READY=1" to $NOTIFY_SOCKET.
#pragma once

#include <string>
#include <string_view>

#include "runtime/sys/unique_fd.hpp"
#include "runtime/sys/worker.hpp"

namespace orchestrator::supervisor {

/// Bound at `path`, which any user in the container may send to; does not block. A stale one is replaced.
/// Throws std::system_error.
runtime::sys::unique_fd open_notify_socket(const std::string& path);

struct Heard {
  bool ready = false;  ///< one of the messages says so
  /// The next one, which has been looked at and is still there, brings descriptors. To close what a container
  /// has made can take as long as it likes, with SO_LINGER for one: close_descriptors().
  bool brings_descriptors = false;
};
/// Takes the messages that have come, up to one that brings descriptors. Never blocks.
Heard receive_ready(int socket);

/// A child that takes the next message and closes what it brings. It dies with us, and holds nothing else of
/// ours; the caller reaps it. Throws std::system_error where there is none.
runtime::sys::Worker close_descriptors(int socket);
/// The same for everything that is still there, which a socket closes with itself.
runtime::sys::Worker close_all_descriptors(int socket);

/// True where a message of lines "NAME=VALUE" contains READY=1.
bool says_ready(std::string_view message);

}  // namespace orchestrator::supervisor
