// A group of its own below a container's, for one command that is run inside: whoever ends the command ends
// everything it has started.
#pragma once

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"

namespace runtime::cgroup {

class Leaf {
 public:
  /// A new one. Throws std::system_error.
  explicit Leaf(const Paths& container);
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;
  /// Removes the directory; where somebody is still inside it goes with the container's.
  ~Leaf();
  /// False where somebody is still inside.
  bool remove();

  /// False where its directory has been removed, by somebody in the container.
  [[nodiscard]] bool is_there() const;
  /// The limits are the container's.
  [[nodiscard]] const Cgroup& group() const { return group_; }

 private:
  std::string directory_;
  Cgroup group_;
};

/// Everybody in the groups below a container's.
std::vector<int> processes_in_leaves(const Paths& container);

/// Removes those that a killed supervisor has left, but for those with processes inside.
void remove_empty_leaves(const Paths& container);

}  // namespace runtime::cgroup
