#include "orchestrator/supervisor/foreign.hpp"

#include "orchestrator/supervisor/files.hpp"

namespace orchestrator::supervisor {

std::optional<Foreign> find_foreign(const state::Roots& roots, const std::string& own,
                                    const std::string& container) {
  for (const std::string& project : state::known_projects(roots)) {
    if (project == own) continue;
    const state::ProjectPaths paths = state::paths_of(roots, project);
    for (state::Instance& record : state::load_instances(paths))
      if (record.name == container && find_process(record))
        return Foreign{.record = std::move(record), .paths = paths};
  }
  return std::nullopt;
}

}  // namespace orchestrator::supervisor
