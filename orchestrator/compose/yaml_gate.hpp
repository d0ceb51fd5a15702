// Refuses text that is not well-formed YAML. yaml-cpp 0.7 takes one broken file in five without a word and
// never returns from some; libyaml's verdicts are those of the Go parser that docker compose uses.
#pragma once

#include <memory>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// Throws LoadError with libyaml's reason and place; also where the nesting is deeper than 400 levels or
/// there are more than 250,000 keys and values.
void require_well_formed(const std::shared_ptr<const File>& file);

}  // namespace orchestrator::compose
