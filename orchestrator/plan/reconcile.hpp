// Decides only: what `up` has to do, from what is wanted and what is there. The supervisor carries it out.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/state/instance.hpp"

namespace orchestrator::plan {

/// One instance that the project asks for.
struct Wanted {
  std::string service{};
  int number = 1;
  std::string name{};  ///< of the container
  std::string hash{};  ///< of the service's definition
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

struct Choices {
  std::set<std::string> selected{};  ///< services to look at, dependencies included; nothing: all
  std::set<std::string> force_recreate{};
  bool no_recreate = false;
  bool remove_orphans = false;
};

enum class Action { create, recreate, start, keep, remove };

/// One step; `cause` is for people: "definition changed", "not running".
struct Step {
  Action action = Action::keep;
  std::string id{};  ///< SERVICE-NUMBER
  std::string service{};
  int number = 1;
  std::string cause{};
  friend bool operator==(const Step&, const Step&) = default;
};

struct Plan {
  std::vector<Step> steps{};
  std::vector<std::string>
      orphans{};  ///< names of containers whose service is not in the project and that stay
  friend bool operator==(const Plan&, const Plan&) = default;
};

Plan reconcile(const std::vector<Wanted>& wanted, const std::set<std::string>& services_of_project,
               const std::vector<state::Instance>& observed, const Choices& choices);

/// One line per step: "recreate web-1: definition changed".
std::string to_text(const Plan& plan);

}  // namespace orchestrator::plan
