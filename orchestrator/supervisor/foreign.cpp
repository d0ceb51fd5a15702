#include "orchestrator/supervisor/foreign.hpp"

#include "orchestrator/supervisor/files.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

std::optional<Foreign> find_foreign(const state::Roots& roots, const std::string& own,
                                    const std::string& container) {
  const std::string boot_id = runtime::sys::boot_id();
  for (const std::string& project : state::known_projects(roots)) {
    if (project == own) continue;
    const state::ProjectPaths paths = state::paths_of(roots, project);
    for (state::Instance& record : state::load_instances(paths))
      if (state::is_named(record, container) && record.boot_id == boot_id && find_process(record))
        return Foreign{.record = std::move(record), .paths = paths};
  }
  return std::nullopt;
}

}  // namespace orchestrator::supervisor
