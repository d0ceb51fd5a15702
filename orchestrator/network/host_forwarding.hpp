// Whether the host passes packets on between its interfaces, and the only setting of the host that a project
// may change: that one of them does, where the stack file asks for it.
//
//   RUNTIME/.forwarding/net:[N]/SYSCTL/PROJECT   SYSCTL was off in the network namespace N, and PROJECT needs
//   it on. Written before it is switched on; whoever takes the last one away switches it off again. Where
//   RUNTIME is shared with other network namespaces, they have their own settings.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace orchestrator::network {

/// In the caller's network namespace: what comes in by any interface that others are reached by goes on.
bool host_forwards(int family);

class HostForwarding {
 public:
  /// Of the caller's network namespace. Throws std::system_error.
  explicit HostForwarding(const std::string& runtime_directory);

  /// Notes down which interfaces have to be switched on so that host_forwards(): those that others are
  /// reached by, where the kernel has a switch for single ones (IPv6: since Linux 6.17). Throws
  /// std::system_error.
  void claim(const std::string& project) const;
  /// After claim(), when what may not pass does not. Throws std::system_error.
  void switch_on(const std::string& project) const;
  /// The project, and those that are not `alive`, need nothing any more. Where the host forwards everywhere
  /// by now, nothing is switched off.
  void release(const std::string& project, const std::function<bool(const std::string&)>& is_alive) const;
  /// Names of interfaces that forward because of somebody's claim, and of nothing else.
  [[nodiscard]] std::vector<std::string> claimed() const;

 private:
  std::string all_;        ///< of every namespace
  std::string directory_;  ///< of this one
};

}  // namespace orchestrator::network
