// `up`, `create` and `scale`: the stack file becomes a request; the supervisor does the rest.
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/contents.hpp"
#include "orchestrator/cli/foreground.hpp"
#include "orchestrator/cli/log_output.hpp"
#include "orchestrator/cli/network_check.hpp"
#include "orchestrator/cli/orphans.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/plan.hpp"
#include "orchestrator/cli/reach.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/up_request.hpp"
#include "orchestrator/plan/selection.hpp"
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
  return found != project.services.end() && found->second.attach;
}

compose::Loaded load(const Options& options, state::Request& request) {
  compose::Loaded loaded = load_files(options, request.services);
  check_services(loaded.project, request);
  settle_orphans(options, loaded.model.environment, request);
  check_networks(options, loaded, request.scale, host_facts(state::default_roots()));
  add_contents(loaded.project, state::default_roots().data);
  if (options.has("no-build"))
    refuse_to_build(loaded.project, plan::chosen_services(loaded.project, plan::choices_of(request)),
                    state::default_roots().data);
  request.project = project::to_json(loaded.project);
  return loaded;
}

int rehearse(const Options& options, const compose::Loaded& loaded, const state::Request& request) {
  const auto paths = state::paths_of(state::default_roots(), loaded.project.name);
  print_rehearsal(plan_of(loaded, observe_stack(paths), request), options);
  return 0;
}

/// In the background.
int converge(const Options& options, state::Request request) {
  const compose::Loaded loaded = load(options, request);
  if (options.flag("dry-run")) return rehearse(options, loaded, request);
  Session session = reach(state::default_roots(), loaded.project.name);
  Progress progress = progress_for(options);
  carry_out(session, request, progress);
  return 0;
}

}  // namespace

int up(const Options& options) {
  state::Request request = up_request(options);
  if (!request.lease) return converge(options, std::move(request));
  const compose::Loaded loaded = load(options, request);
  check_attached(options, loaded.project, request);
  if (options.flag("dry-run")) return rehearse(options, loaded, request);
  const state::Roots roots = state::default_roots();
  Session session = reach(roots, loaded.project.name);
  Progress progress = progress_for(options);
  const state::ProjectPaths paths = state::paths_of(roots, loaded.project.name);
  // What was printed before belongs to `logs`.
  LogFollower output = follower_for(
      paths, options, {.since_ns = now_ns(), .timestamps = options.flag("timestamps")}, STDERR_FILENO);
  const auto attached = [&](const std::string& service) {
    return is_attached(loaded.project, options, service);
  };
  return Foreground(paths, session, progress, output, attached).run(request);
}

int create(const Options& options) { return converge(options, create_request(options)); }
int scale(const Options& options) { return converge(options, scale_request(options)); }

}  // namespace orchestrator::cli
