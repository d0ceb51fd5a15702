// The networks of this host as commands see them: shared ones and those of projects.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/network/shared_network.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::cli {

struct NetworkContainer {
  std::string name{};
  std::string project{};
  std::string ipv4{};
  std::string ipv6{};
  std::string mac{};
};
struct NetworkInfo {
  project::Network network{};
  std::string owner{};  ///< the project whose it is; empty: made by `network create`
  bool shared = false;  ///< other projects may join
  std::vector<network::Subnet> subnets{};
  std::vector<NetworkContainer> containers{};
};
/// By name. Only looks.
std::map<std::string, NetworkInfo> networks_of_host(const state::Roots& roots);

}  // namespace orchestrator::cli
