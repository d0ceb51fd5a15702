// `wait`: blocks until containers have ended, and exits as the last one did. Reads the records only.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/reach.hpp"
#include "orchestrator/cli/records_watch.hpp"
#include "orchestrator/cli/stack.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;

/// Of the services named; throws where there is none, or none any more.
std::vector<Instance> containers_of(std::vector<Instance> all, const std::vector<std::string>& services,
                                    const Target& target) {
  std::vector<Instance> instances = of_services(std::move(all), services, target.services);
  if (instances.empty())
    throw std::runtime_error(fmt::format("there is no container of {}", fmt::join(services, ", ")));
  return instances;
}

/// The containers once none of them runs and none will run again.
std::vector<Instance> ended(const Target& target, const std::vector<std::string>& services) {
  RecordsWatch records(target.paths);
  for (;;) {
    std::vector<Instance> instances = containers_of(records.observe(), services, target);
    if (std::none_of(instances.begin(), instances.end(), runs)) return instances;
    pollfd watched{.fd = records.fd(), .events = POLLIN, .revents = 0};
    if (runtime::sys::retry([&] { return ::poll(&watched, 1, -1); }) < 0) runtime::sys::throw_errno("poll");
  }
}

/// A code that nobody knows any more is not 0.
int exit_code(const Instance& instance) {
  constexpr int kUnknown = 255;
  if (!instance.exit) return 0;
  return instance.exit->lost ? kUnknown : instance.exit->code;
}

}  // namespace

int wait(const Options& options) {
  const std::vector<std::string>& services = options.operands();
  if (services.empty()) throw UsageError("wait wants at least one service");
  const Target target = target_of(options);
  (void)containers_of(state::load_instances(target.paths), services, target);
  int status = 0;
  for (const Instance& instance : ended(target, services)) {
    status = exit_code(instance);
    fmt::print("{}\n", status);
  }
  if (options.flag("down-project")) {
    Session session = reach(target.roots, target.paths.project);
    Progress progress = progress_for(options);
    carry_out(session, {.verb = "down", .known = target.services}, progress);
    if (state::load_instances(target.paths).empty()) session.leave_and_await_end();
  }
  return status;
}

}  // namespace orchestrator::cli
