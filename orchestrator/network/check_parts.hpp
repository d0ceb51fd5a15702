// The parts of check.hpp: networks by themselves, services in them, ports.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "orchestrator/network/check.hpp"

namespace orchestrator::network {

using Path = std::vector<std::string>;

/// Collects problems below one place of the stack file.
class Problems {
 public:
  explicit Problems(std::vector<Problem>& list) : list_(list) {}
  void error(Path path, std::string message, std::string hint = "") {
    list_.push_back({.path = std::move(path), .message = std::move(message), .hint = std::move(hint)});
  }
  void warning(Path path, std::string message) {
    list_.push_back({.path = std::move(path), .message = std::move(message), .hint = {}, .harmless = true});
  }

 private:
  std::vector<Problem>& list_;
};

void check_networks(const project::Project& project, const HostFacts& host, Problems& problems);
void check_memberships(const project::Project& project, Problems& problems);
void check_modes(const project::Project& project, Problems& problems);
void check_names(const project::Project& project, Problems& problems);
void check_ports(const project::Project& project, const HostFacts& host, Problems& problems);

}  // namespace orchestrator::network
