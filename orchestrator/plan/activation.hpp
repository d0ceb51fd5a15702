// Decides only: which services that start on demand are to run. See supervisor/activation.hpp for who asks.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace orchestrator::plan {

using Instant = std::chrono::steady_clock::time_point;

/// A service as far as this matters.
struct ActivationState {
  bool on_demand = false;
  bool wanted = true;                                      ///< a user wants it up; otherwise nothing wakes it
  std::optional<std::chrono::nanoseconds> idle_timeout{};  ///< none: once awake, awake for good
  std::vector<std::string> depends_on{};
  bool lives = false;                  ///< a container of it does, or is about to
  bool connected = false;              ///< clients are
  bool waited_for = false;             ///< by clients that nobody serves just now
  std::optional<Instant> last_used{};  ///< the end of the last use; none: never used
  friend bool operator==(const ActivationState&, const ActivationState&) = default;
};

/// Who is still connected to a container that has ended has been served by it, and needs no other one.
bool is_in_use(const ActivationState& service);

struct Activation {
  std::set<std::string> awake{};  ///< also all that does not start on demand
  /// When to ask again though nothing has happened; none: never.
  std::optional<Instant> next{};
  friend bool operator==(const Activation&, const Activation&) = default;
};

/// Awake is who is used, was used within its idle time, or is needed by somebody who is awake.
Activation activation(const std::map<std::string, ActivationState>& services, Instant now);

}  // namespace orchestrator::plan
