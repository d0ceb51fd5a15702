#include "orchestrator/supervisor/groups.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <stdexcept>
#include <system_error>

#include "orchestrator/plan/limits.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using runtime::cgroup::Cgroup;

namespace {

/// A killed process that takes longer is in an uninterruptible call.
constexpr auto kPatience = std::chrono::seconds(5);
/// Pure cgroup v1 tells nobody when a group has become empty.
constexpr auto kLook = std::chrono::milliseconds(10);

/// False where somebody is still inside after `kPatience`.
asio::awaitable<bool> emptied(const Cgroup& group) {
  const auto deadline = Clock::now() + kPatience;
  const auto executor = co_await asio::this_coro::executor;
  // Shared with the descriptor's handler, which may come after us.
  const auto timer = std::make_shared<asio::steady_timer>(executor);
  asio::posix::stream_descriptor events(executor);
  if (sys::unique_fd fd = group.events()) events.assign(fd.release());
  while (group.populated()) {
    if (Clock::now() >= deadline) co_return false;
    timer->expires_at(events.is_open() ? deadline : std::min(deadline, Clock::now() + kLook));
    if (events.is_open()) {
      Cgroup::expect_next(events.native_handle());
      if (!group.populated()) break;
      events.async_wait(asio::posix::descriptor_base::wait_error, [timer](auto) { timer->cancel(); });
    }
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return true;
}

/// Of the v1 hierarchies with limits above, it has a group in each.
bool is_inside(const Stack& stack, const Member& member) {
  const std::size_t wanted = Cgroup::plan(stack.hierarchy, "", member.life->spec.linux.resources).v1.size();
  return member.record.cgroup_v1.size() >= wanted;
}

std::string last_component(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> apply(const Stack& stack, const project::StackLimits& limits) {
  std::vector<std::string> unmet;
  (void)Cgroup::create_parent(stack.hierarchy, project_group(stack), plan::resources_of(limits), unmet);
  for (std::string& sentence : unmet) sentence.insert(0, "stack " + stack.paths.project + ": ");
  return unmet;
}

}  // namespace

std::string project_group(const Stack& stack) { return "mdcompose/" + stack.paths.project; }

void tell_unmet(Stack& stack, const std::string& whose, const std::vector<std::string>& unmet, bool strict) {
  std::string all;
  for (const std::string& sentence : unmet) {
    if (!strict) stack.warn(whose + sentence);
    all += (all.empty() ? "" : "; ") + sentence;
  }
  if (strict && !all.empty()) throw std::runtime_error(all);
}

std::vector<std::string> limit_stack(const Stack& stack) {
  if (stack.limits == project::StackLimits{}) return {};
  return apply(stack, stack.limits);
}

void change_limits(Stack& stack, const project::StackLimits& limits, bool strict) {
  if (limits == stack.limits) return;
  const bool lives = std::any_of(stack.members.begin(), stack.members.end(),
                                 [](const auto& entry) { return entry.second->is_alive(); });
  if (lives) {
    const std::vector<std::string> unmet = apply(stack, plan::change_of(stack.limits, limits));
    // All of them or none: those that could be set are taken back.
    if (strict && !unmet.empty()) (void)apply(stack, plan::change_of(limits, stack.limits));
    tell_unmet(stack, "", unmet, strict);
  }
  stack.limits = limits;
  stack.hierarchy.limited_above = plan::limited_controllers(limits);
  if (!lives) return;
  for (const auto& [id, member] : stack.members)
    if (member->is_alive() && !is_inside(stack, *member))
      stack.warn("container " + member->record.name + " obeys the limits of the stack after its next start");
}

void remove_stack_group(const Stack& stack) {
  const std::string below = "/" + project_group(stack);
  runtime::cgroup::Paths paths;
  if (!stack.hierarchy.unified.empty()) paths.unified = stack.hierarchy.unified + below;
  for (const auto& v1 : stack.hierarchy.v1) paths.v1.push_back(v1.base + below);
  try {
    (void)Cgroup::open(paths).remove();
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
}

std::string group_name(const Stack& stack, const state::Instance& record) {
  return project_group(stack) + "/" + record.id + ".g" + std::to_string(record.generation);
}

asio::awaitable<void> remove_group(Stack& stack, const runtime::cgroup::Paths& paths) {
  const Cgroup group = Cgroup::open(paths);
  if (group.remove()) co_return;
  group.kill();
  const bool is_empty = co_await emptied(group);
  if (!is_empty || !group.remove())
    stack.warn("control group " + paths.unified + " is still in use and stays");
}

asio::awaitable<void> remove_strays(Stack& stack) {
  std::set<std::string> lived_in;
  for (const auto& [id, member] : stack.members)
    if (member->life) lived_in.insert(last_component(group_name(stack, member->record)));
  std::vector<std::string> bases{stack.hierarchy.unified};
  for (const auto& v1 : stack.hierarchy.v1) bases.push_back(v1.base);
  std::map<std::string, runtime::cgroup::Paths> strays;
  for (const std::string& base : bases) {
    const std::string directory = base + "/" + project_group(stack);
    for (const std::string& name : sys::list_directory(directory)) {
      // Files of the kernel have names such as "cgroup.procs".
      const auto generation = name.rfind(".g");
      if (base.empty() || lived_in.contains(name) || generation == std::string::npos ||
          name.find_first_not_of("0123456789", generation + 2) != std::string::npos)
        continue;
      if (base == stack.hierarchy.unified)
        strays[name].unified = directory + "/" + name;
      else
        strays[name].v1.push_back(directory + "/" + name);
    }
  }
  for (const auto& [name, paths] : strays) co_await remove_group(stack, paths);
}

}  // namespace orchestrator::supervisor
