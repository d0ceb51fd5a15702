// What has to be done, as a value: made by reconcile(), printed by `plan`, carried out by the supervisor.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/project/difference.hpp"

namespace orchestrator::plan {

enum class Action { keep, create, recreate, start, restart, stop, remove, change };
enum class Subject { container, network, volume, stack };
std::string_view to_string(Action action);
std::string_view to_string(Subject subject);

/// One step, with its cause: a sentence for people, the keys that have changed, or both.
struct Step {
  Action action = Action::keep;
  Subject subject = Subject::container;
  std::string name{};     ///< full name: "app-web-1", "app_default", "app"
  std::string id{};       ///< of a container: the instance's; of one that is not there yet: what it will be
  std::string service{};  ///< of a container
  int number = 0;         ///< of a container
  std::string cause{};
  std::vector<project::Difference> changes{};
  bool is_consequence = false;  ///< another step brings it about; it is told, and not carried out
  bool is_chosen = true;        ///< false: it goes along with another one, and stays what it is
  friend bool operator==(const Step&, const Step&) = default;
};

/// Steps in an order in which they make sense: what others need comes first.
struct Plan {
  std::vector<Step> steps{};
  /// Names of containers whose service is not in the project any more and that stay.
  std::vector<std::string> orphans{};
  friend bool operator==(const Plan&, const Plan&) = default;

  /// True where something is to be done.
  [[nodiscard]] bool changes_anything() const;
};

/// One line per step that does something, the changes indented below it:
///   recreate container app-web-1
///       environment.A: "1" -> "2"  (compose.yaml:4:9)
std::string to_text(const Plan& plan);

/// "2 to create, 1 to recreate, 3 unchanged", or "nothing to do".
std::string summary(const Plan& plan);

}  // namespace orchestrator::plan
