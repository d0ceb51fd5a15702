// Containers of other projects, as `container:NAME` means them.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/state/instance.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::supervisor {

struct Foreign {
  state::Instance record{};
  state::ProjectPaths paths{};
};
/// The running container of that name in a project other than `own`.
std::optional<Foreign> find_foreign(const state::Roots& roots, const std::string& own,
                                    const std::string& container);

}  // namespace orchestrator::supervisor
