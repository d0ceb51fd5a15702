// Network namespaces without names: they live as long as somebody holds a descriptor or is inside.
#pragma once

#include <functional>
#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::netlink {

/// A new, empty one. The caller stays in his own. For a single-threaded caller; throws std::system_error.
sys::unique_fd new_network_namespace();

/// Runs `work` inside and comes back, whatever happens. Sockets opened meanwhile belong to the namespace for
/// ever; /proc/sys/net shows it too. For a single-threaded caller.
void inside_network(int network_namespace, const std::function<void()>& work);

/// The network namespace of a process; throws std::system_error.
sys::unique_fd network_namespace_of(int pid);

/// Gives the namespace a name that keeps it: a mount on `path`, which is made. Throws std::system_error,
/// EEXIST where something is pinned there already.
void pin(int network_namespace, const std::string& path);
/// What is pinned at `path`; nothing where nothing is.
sys::unique_fd pinned(const std::string& path);
/// Takes the name away; the namespace ends with the last who is inside.
void unpin(const std::string& path);

}  // namespace runtime::netlink
