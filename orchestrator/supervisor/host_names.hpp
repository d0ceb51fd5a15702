// Keeps the project's line in the host's /etc/hosts, where the stack file asks for an address of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/network/snapshot.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

class HostNames {
 public:
  explicit HostNames(Stack& stack) : stack_(stack) {}

  /// Names of services whose ports are published at the project's address, for as long as they are.
  void update(const std::map<std::string, network::Seat>& seats);

 private:
  void write(const std::vector<std::string>& names);

  Stack& stack_;
  std::vector<std::string> written_{};
};

}  // namespace orchestrator::supervisor
