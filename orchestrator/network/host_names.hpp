// The host's names for services that are published at their project's own loopback address: one line of
// /etc/hosts per project, marked as ours. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace orchestrator::network {

/// The text with this line for the project instead of an earlier one, "127.9.8.7 web.app.localhost  #
/// mdcompose app"; without names there is none. Lines of projects that are not `known` any more go as well:
/// they are what a killed one has left.
std::string with_host_names(const std::string& hosts, const std::string& project, const std::string& address,
                            const std::vector<std::string>& names,
                            const std::function<bool(const std::string& project)>& known);

}  // namespace orchestrator::network
