// Takes control groups away, which lasts for as long as somebody is dying inside.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

#include "orchestrator/supervisor/stack.hpp"
#include "runtime/cgroup/cgroup.hpp"

namespace orchestrator::supervisor {

/// The name of an incarnation's group, below the bases of the hierarchy.
std::string group_name(const Stack& stack, const state::Instance& record);

/// The group above those of all containers.
std::string project_group(const Stack& stack);
/// Its limits are the stack's. Before a container is made: the last one that ends takes the group away.
/// Returns one sentence for each limit that this host does not apply.
[[nodiscard]] std::vector<std::string> limit_stack(const Stack& stack);
/// The same, and for what runs already. What does not obey before it starts anew is a warning. Throws as
/// tell_unmet(), and leaves the limits that were meant before.
void change_limits(Stack& stack, const project::StackLimits& limits, bool strict);
/// When nobody lives: the last container takes along only those groups that it was in, and limits that came
/// later have made others. What refuses to go is said on standard error.
void remove_stack_group(const Stack& stack);
/// Limits that this host does not apply: a warning each, which begins with `whose`; where they are strict a
/// std::runtime_error with all of them.
void tell_unmet(Stack& stack, const std::string& whose, const std::vector<std::string>& unmet, bool strict);

/// Kills whoever is inside `paths` and removes the group. Where somebody does not die in time there is a
/// warning, and remove_strays() finds it later.
boost::asio::awaitable<void> remove_group(Stack& stack, const runtime::cgroup::Paths& paths);

/// Removes the project's groups that no member lives in: left by a supervisor that was killed between two
/// steps, or by a record that cannot be read any more.
boost::asio::awaitable<void> remove_strays(Stack& stack);

}  // namespace orchestrator::supervisor
