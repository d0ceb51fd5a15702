// `up` and `create`: the stack file becomes a request; the supervisor does the rest.
#include <unistd.h>
#include <algorithm>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/foreground.hpp"
#include "orchestrator/cli/log_output.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/reach.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/up_request.hpp"
#include "orchestrator/project/json.hpp"

namespace orchestrator::cli {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whose output is shown: the services named, or all, but for `attach: false`.
bool is_attached(const project::Project& project, const Options& options, const std::string& service) {
  if (contains(options.list("no-attach"), service)) return false;
  if (options.given("attach")) return contains(options.list("attach"), service);
  const bool named = options.operands().empty() || contains(options.operands(), service);
  if (!named && !options.flag("attach-dependencies")) return false;
  const auto found = project.services.find(service);
  return found == project.services.end() || found->second.attach;
}

}  // namespace

int up(const Options& options) {
  state::Request request = up_request(options);
  const project::Project project = load_stack(options, options.operands());
  request.project = project::to_json(project);
  const state::Roots roots = state::default_roots();
  Session session = reach(roots, project.name);
  Progress progress = progress_for(options);
  if (!request.lease) {
    carry_out(session, request, progress);
    return 0;
  }
  const state::ProjectPaths paths = state::paths_of(roots, project.name);
  // What was printed before belongs to `logs`.
  LogFollower output =
      follower_for(paths, options, {.since_ns = now_ns(), .timestamps = options.flag("timestamps")});
  const auto attached = [&](const std::string& service) { return is_attached(project, options, service); };
  return Foreground(paths, session, progress, output, attached).run(request);
}

int create(const Options& options) {
  state::Request request = create_request(options);
  const project::Project project = load_stack(options, options.operands());
  request.project = project::to_json(project);
  Session session = reach(state::default_roots(), project.name);
  Progress progress = progress_for(options);
  carry_out(session, request, progress);
  return 0;
}

}  // namespace orchestrator::cli
