// Decides only: whether what a service depends on is there.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

struct Readiness {
  enum class State { ready, waiting, failed };
  State state = State::ready;
  std::string why{};  ///< with failed: "dependency failed to start: container app-db-1 is unhealthy"
  std::vector<std::string> waits_for{};  ///< "app-db-1 to be healthy", unless it never will be
  std::string culprit{};                 ///< with failed: id of the instance whose log may tell more
  bool may_pass = false;  ///< with failed: it may be ready later; who waits patiently goes on waiting
  std::vector<std::string> warnings{};  ///< with ready: what is not there, and not required
};

/// Asks every condition of the member's depends_on.
Readiness dependencies_of(const Member& member, const Members& members);

/// Any end of it will do for whoever waits for it (`service_completed`).
bool may_end_anyhow(const Member& member, const Members& members);

}  // namespace orchestrator::supervisor
