// Where a key of a loaded stack stands in its files.
#pragma once

#include <string_view>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// The place of the value under `key` ("environment.A", "deploy.replicas"), seen from `node`; of the nearest
/// value above it that is there ("ports[1].target"). A name may contain dots.
Place place_of(const Node& node, std::string_view key);

}  // namespace orchestrator::compose
