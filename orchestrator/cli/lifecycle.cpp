// Commands that ask the supervisor for one thing and show how it is done: stop, start, restart, kill, pause,
// unpause, rm, down.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/orphans.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/plan.hpp"
#include "orchestrator/cli/reach.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/up_request.hpp"
#include "orchestrator/plan/rehearsal.hpp"
#include "runtime/spec/signal.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;
using state::Request;

/// Only `start` needs a container: the others are done where none is.
void refuse_without_container(const Request& request, const std::string& service) {
  if (request.verb == "start")
    throw std::runtime_error(fmt::format("service \"{}\" has no container to start", service));
}

/// The request without the services that have no container; nothing where that leaves none.
std::optional<Request> for_those_there(const std::vector<Instance>& instances, Request request) {
  if (request.services.empty()) return request;
  std::erase_if(request.services, [&](const std::string& service) {
    const bool is_there = std::any_of(instances.begin(), instances.end(),
                                      [&](const Instance& instance) { return instance.service == service; });
    if (!is_there) refuse_without_container(request, service);
    return !is_there;
  });
  return request.services.empty() ? std::nullopt : std::optional(request);
}

/// Carries the request out. A project nobody has ever started has nothing to act on, and needs no supervisor
/// to say so; where the stack file is known, it is as it should be after everything but `start`.
int ask(const Options& options, const Target& target, const Request& wanted) {
  const bool has_nothing = !has_traces(target.paths);
  if (has_nothing && (wanted.verb == "start" || target.services.empty()))
    throw std::runtime_error("project " + target.paths.project + " is not there: nothing was started");
  const std::vector<Instance> instances = state::load_instances(target.paths);
  (void)of_services(instances, wanted.services, target.services);
  const auto request = for_those_there(instances, wanted);
  if (options.flag("dry-run")) {
    print_rehearsal(plan::rehearsal_of(wanted, observe_stack(target.paths)), options);
    return 0;
  }
  if (has_nothing || !request) return 0;
  Session session = reach(target.roots, target.paths.project);
  Progress progress = progress_for(options);
  carry_out(session, *request, progress);
  // With the last container the supervisor goes, too. Who says "down" finds nothing left when it returns.
  if (request->verb == "down" && state::load_instances(target.paths).empty()) session.leave_and_await_end();
  return 0;
}

int ask(const Options& options, const std::string& verb) {
  return ask(options, target_of(options), {.verb = verb, .services = options.operands()});
}

/// What `rm` is going to remove, for the question.
std::string names_to_remove(const Target& target, const Options& options) {
  std::string names;
  for (const Instance& instance : of_services(observe(target.paths), options.operands(), target.services))
    if (options.flag("stop") || !runs(instance)) names += (names.empty() ? "" : ", ") + instance.name;
  return names;
}

bool is_confirmed(const std::string& names) {
  if (::isatty(STDIN_FILENO) == 0)
    throw UsageError("rm asks before it removes; give --force where nobody can answer");
  fmt::print(stderr, "Going to remove {}\nAre you sure? [yN] ", names);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string signal_name(const Options& options) {
  std::string name = options.text("signal").value_or("SIGKILL");
  try {
    (void)runtime::signal_number(name);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return name;
}

}  // namespace

int pause(const Options& options) { return ask(options, "pause"); }
int unpause(const Options& options) { return ask(options, "unpause"); }

int start(const Options& options) {
  return ask(options, target_of(options),
             {.verb = "start",
              .services = options.operands(),
              .wait = options.flag("wait"),
              .wait_timeout = wait_limit_of(options)});
}

int stop(const Options& options) {
  return ask(options, target_of(options),
             {.verb = "stop", .services = options.operands(), .timeout = grace_of(options)});
}

int restart(const Options& options) {
  return ask(options, target_of(options),
             {.verb = "restart",
              .services = options.operands(),
              .no_deps = options.flag("no-deps"),
              .timeout = grace_of(options)});
}

int kill(const Options& options) {
  return ask(options, target_of(options),
             {.verb = "kill", .services = options.operands(), .signal = signal_name(options)});
}

int remove(const Options& options) {
  const Target target = target_of(options);
  const std::string names = names_to_remove(target, options);
  if (names.empty()) {
    fmt::print(stderr, "No stopped containers\n");
    return 0;
  }
  const bool may_ask = !options.flag("force") && !options.flag("dry-run");
  if (may_ask && !is_confirmed(names)) return 0;
  return ask(options, target,
             {.verb = "remove",
              .services = options.operands(),
              .volumes = options.flag("volumes"),
              .force = options.flag("stop")});
}

int down(const Options& options) {
  const Target target = target_of(options);
  if (!has_traces(target.paths)) {
    state::remove_empty_roots(
        target.roots);  // of a command that was killed before it had made the project's own
    fmt::print(stderr, "warning: nothing to remove for project {}\n", target.paths.project);
    return 0;
  }
  Request request{.verb = "down",
                  .services = options.operands(),
                  .known = target.services,
                  .volumes = options.flag("volumes"),
                  .timeout = grace_of(options)};
  settle_orphans(options, target.environment, request);
  return ask(options, target, request);
}

}  // namespace orchestrator::cli
