#include "orchestrator/cli/reach.hpp"

#include <linux/capability.h>

#include <chrono>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/supervisor.hpp"
#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 10s;

void require_privilege() {
  for (const auto& [capability, name] :
       {std::pair{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}, {CAP_NET_ADMIN, "CAP_NET_ADMIN"}})
    if (!runtime::sys::has_capability(capability))
      throw std::runtime_error(std::string("running containers needs root (this process lacks ") + name +
                               ")");
}

/// What the supervisor said last; the keeper only adds that it has ended.
std::string last_words(const std::string& log) {
  std::istringstream lines(log);
  std::string last = "it said nothing";
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("keeper: ")) last = line;
  return last;
}

[[noreturn]] void throw_not_started(const state::ProjectPaths& paths) {
  const auto log = runtime::sys::read_file_if_exists(paths.runtime + "/supervisor.log");
  throw std::runtime_error("the supervisor of project " + paths.project +
                           " did not start: " + last_words(log.value_or("")));
}

/// Nothing where the project's directory was taken away meanwhile: one that has just ended, or a neighbour
/// that has left none of the directories they share.
std::optional<runtime::keeper::Launched> launch_keeper(const state::Roots& roots,
                                                       const state::ProjectPaths& paths) {
  try {
    runtime::sys::make_directories(paths.runtime, 0700);
    return runtime::keeper::launch(supervisor::launch_options(roots, paths));
  } catch (const std::system_error& error) {
    if (runtime::sys::errno_of(error) == ENOENT) return std::nullopt;
    throw;
  }
}

/// False where another keeper holds the project.
bool start_keeper(const state::Roots& roots, const state::ProjectPaths& paths) {
  const auto keeper = launch_keeper(roots, paths);
  if (!keeper) return false;
  switch (runtime::keeper::wait_ready(*keeper)) {
    case runtime::keeper::Readiness::ready:
      return true;
    case runtime::keeper::Readiness::locked:
      return false;
    case runtime::keeper::Readiness::failed:
      throw_not_started(paths);
  }
  return false;
}

}  // namespace

Connection connect(const state::Roots& roots, const state::ProjectPaths& paths) {
  if (auto connection = Connection::to(paths)) return std::move(*connection);
  require_privilege();
  for (const auto end = Clock::now() + kPatience; Clock::now() < end;) {
    // Somebody else's keeper may be one whose supervisor will listen soon, or one that is about to end and to
    // let go of the lock. Nothing tells which, so both are tried in turn.
    const bool ours = start_keeper(roots, paths);
    if (auto connection = Connection::await(paths, ours ? kPatience : 100ms)) return std::move(*connection);
  }
  throw std::runtime_error("another command holds project " + paths.project + " and does not answer");
}

bool has_traces(const state::ProjectPaths& paths) {
  return runtime::sys::exists(paths.runtime) || runtime::sys::exists(paths.data) ||
         !storage::volumes_of(paths.volumes, paths.project).empty();
}

Session reach(const state::Roots& roots, const std::string& project) {
  return Session([roots, paths = state::paths_of(roots, project)] { return connect(roots, paths); });
}

}  // namespace orchestrator::cli
