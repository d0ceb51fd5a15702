// Dependencies that lead back to where they began. Pure.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// The names along one circle in `depends_on`, the first one again at the end; nothing where there is none.
std::vector<std::string> find_circle(const Node& services);

}  // namespace orchestrator::compose
