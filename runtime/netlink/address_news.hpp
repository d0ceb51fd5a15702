// Waits for IPv6 addresses to be in use. The kernel answers the request for one at once, but joins the group
// by which its neighbours find it in a workqueue of its own, which a busy machine runs milliseconds later; a
// neighbour that has asked before asks again after a second. See addrconf_dad_begin() in the kernel, which
// then makes the address's local route.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::netlink {

class AddressNews {
 public:
  /// Listens in the caller's present network namespace: make it before the addresses are set. Throws
  /// std::system_error.
  AddressNews();

  /// Returns when each of `addresses` ("fd00::1") is in use, or after `patience`.
  void wait_for(std::vector<std::string> addresses, std::chrono::milliseconds patience) const;

 private:
  sys::unique_fd socket_;
};

}  // namespace runtime::netlink
