// What a container reads about names: /etc/hosts, /etc/hostname, /etc/resolv.conf.
#pragma once

#include <map>
#include <string>

#include "orchestrator/network/snapshot.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// What the host calls itself.
std::string host_name();

/// By target in the container the files of a member whose interfaces are `seat`'s, which may be none; written
/// into the instance's directory.
std::map<std::string, std::string> write_network_files(const Stack& stack, const Member& member,
                                                       const network::Seat* seat);

}  // namespace orchestrator::supervisor
