// What `driver_opts` mean here: those of Docker's bridge driver, as far as they mean anything. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"

namespace orchestrator::network {

struct BridgeOptions {
  int mtu = 0;                     ///< 0: the kernel's default
  std::string bridge{};            ///< name of the bridge; empty: follows from the network's
  bool between_containers = true;  ///< false: they reach each other through published ports only
  std::string host_binding{};      ///< where ports are published that do not say; empty: everywhere
  std::string interface_prefix{"eth"};
  friend bool operator==(const BridgeOptions&, const BridgeOptions&) = default;
};
/// What is not understood is left out; see option_problems().
BridgeOptions options_of(const project::StringMap& driver_opts);

struct OptionProblem {
  std::string key{};
  std::string message{};
  bool harmless = false;  ///< worth a warning only: the network works without it
};
std::vector<OptionProblem> option_problems(const project::StringMap& driver_opts);

/// `com.docker.network.endpoint.sysctls` of a service's network: "net.ipv4.conf.IFNAME.log_martians=1,…",
/// with the interface's name in place of IFNAME. Nothing where an entry is no net.NAME=VALUE.
std::optional<project::StringMap> interface_sysctls(const project::StringMap& driver_opts,
                                                    const std::string& interface);

/// Interface names have at most 15 bytes, without "/", ":" and blanks; "." and ".." are none. See
/// dev_valid_name() in the kernel.
bool is_interface_name(const std::string& name);

}  // namespace orchestrator::network
