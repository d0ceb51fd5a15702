// A group of its own below a container's, for one command that is run inside: whoever ends the command ends
// everything it has started.
#pragma once

#include <string>

#include "runtime/cgroup/cgroup.hpp"

namespace runtime::cgroup {

class Leaf {
 public:
  /// `name` must be new below the container's group. Throws std::system_error.
  Leaf(const Paths& container, const std::string& name);
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;
  /// Removes the directory; where somebody is still inside it goes with the container's.
  ~Leaf();

  /// The limits are the container's.
  [[nodiscard]] const Cgroup& group() const { return group_; }

 private:
  std::string directory_;
  Cgroup group_;
};

}  // namespace runtime::cgroup
