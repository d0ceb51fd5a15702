// Whether the host passes packets on between its interfaces, and the only setting of the host that a project
// may change: that one of them does, where the stack file asks for it.
//
//   RUNTIME/.forwarding/SYSCTL/PROJECT   "ipv4 eth0": SYSCTL was off, and PROJECT needs it on. Written before
//   it is switched on; whoever takes the last one away switches it off again.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace orchestrator::network {

/// In the caller's network namespace: what comes in by any interface that others are reached by goes on.
bool host_forwards(int family);

class HostForwarding {
 public:
  explicit HostForwarding(const std::string& runtime_directory)
      : directory_(runtime_directory + "/.forwarding") {}

  /// Makes host_forwards(family) true where the kernel has a switch for single interfaces (IPv6: since Linux
  /// 6.17). Throws std::system_error.
  void claim(const std::string& project, int family) const;
  /// The project, and those that are not `alive`, need nothing any more.
  void release(const std::string& project, const std::function<bool(const std::string&)>& is_alive) const;
  /// Names of interfaces that forward because of somebody's claim.
  [[nodiscard]] std::vector<std::string> claimed() const;

 private:
  std::string directory_;
};

}  // namespace orchestrator::network
