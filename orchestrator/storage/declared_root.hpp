// A root filesystem that the stack file declares: Debian packages and steps, built once and kept by what is
// declared.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/storage/root.hpp"

namespace orchestrator::storage {

struct Declaration {
  std::string distribution{};           ///< a suite, "bookworm"
  std::string mirror{};                 ///< empty: the host's own sources
  std::vector<std::string> packages{};  ///< with what they depend on
  std::vector<std::string> steps{};     ///< shell lines, run inside one after the other
};

/// The same declaration has the same directory below `data`/roots.
Root find_declared_root(const Declaration& declaration, const std::string& data);

/// Builds it, into a temporary directory that is renamed when it is complete; where another process builds
/// the same one, waits for that. Takes minutes. Throws std::runtime_error with one sentence and the last
/// lines of what failed.
void build_root(const Root& root, const Declaration& declaration);

}  // namespace orchestrator::storage
