// The project's own network namespace: its networks' bridges, and the rules of the way out.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/network/bridges.hpp"
#include "runtime/netlink/uplink_rules.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network {

class ProjectNetwork {
 public:
  /// A new namespace. Throws std::system_error.
  ProjectNetwork();
  /// One that an earlier supervisor has made.
  explicit ProjectNetwork(runtime::sys::unique_fd network_namespace);

  [[nodiscard]] int fd() const { return bridges_.fd(); }
  [[nodiscard]] Bridges& bridges() { return bridges_; }
  /// Makes the bridges that are not there yet, and the rules of the way out for all of them. Returns the
  /// names of the networks that are new.
  std::vector<std::string> ensure(const std::vector<BridgeNetwork>& networks);
  /// What goes out and in by the kernel's own way; see uplink.hpp.
  void set_uplink(runtime::netlink::ProjectSide uplink);

 private:
  void prepare_namespace();
  void set_rules();

  Bridges bridges_;
  runtime::netlink::ProjectSide uplink_{};
};

}  // namespace orchestrator::network
