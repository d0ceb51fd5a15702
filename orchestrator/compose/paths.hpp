// Relative paths seen from a directory.
#pragma once

#include <string>

#include "orchestrator/compose/attributes.hpp"

namespace orchestrator::compose {

struct Base {
  std::string directory{};  ///< where relative paths begin
  std::string home{};       ///< what "~" stands for
};
/// Resolves every path of an expanded tree that the table names, but for those that are URLs or services.
void resolve_paths(Node& node, const Attribute& attribute, const Base& base);

}  // namespace orchestrator::compose
