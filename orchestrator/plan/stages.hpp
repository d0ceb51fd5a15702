// Decides only: in which order `up` does what its plan says where containers of a service are replaced one
// after the other.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/plan/plan.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::plan {

struct Stage {
  std::vector<Step> together{};  ///< first, all at once
  std::string rolled_out{};      ///< then this service; "": none, it is the last stage
  std::vector<Step> replaced{};  ///< its containers, to be replaced bit by bit
  friend bool operator==(const Stage&, const Stage&) = default;
};

/// Whoever depends on a service that is rolled out, also through others, is touched when that is through; and
/// so are containers by which there are to be more or fewer of the service itself: where it is rolled back
/// there are as many as before. Everything else goes first.
std::vector<Stage> stages_of(const Plan& plan, const project::Project& project,
                             const std::set<std::string>& rolled_out);

}  // namespace orchestrator::plan
