#include "orchestrator/cli/records_watch.hpp"

#include "orchestrator/cli/observe.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {

RecordsWatch::RecordsWatch(state::ProjectPaths paths)
    : paths_(std::move(paths)), watch_(paths_.instances()) {}

std::vector<state::Instance> RecordsWatch::observe() {
  // Watched first and read last: a record that changes in between is read anew next time.
  watch_.clear();
  for (const std::string& id : runtime::sys::list_directory(paths_.instances()))
    watch_.add(paths_.instance(id));
  return cli::observe(paths_);
}

}  // namespace orchestrator::cli
