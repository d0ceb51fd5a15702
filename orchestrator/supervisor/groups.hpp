// Takes control groups away, which lasts for as long as somebody is dying inside.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "orchestrator/supervisor/stack.hpp"
#include "runtime/cgroup/cgroup.hpp"

namespace orchestrator::supervisor {

/// The name of an incarnation's group, below the bases of the hierarchy.
std::string group_name(const Stack& stack, const state::Instance& record);

/// The group above those of all containers.
std::string project_group(const Stack& stack);
/// Its limits are the stack's. Before a container is made: the last one that ends takes the group away.
void limit_stack(Stack& stack);
/// The same, and for what runs already. What does not obey before it starts anew is a warning.
void change_limits(Stack& stack, const project::StackLimits& limits);

/// Kills whoever is inside `paths` and removes the group. Where somebody does not die in time there is a
/// warning, and remove_strays() finds it later.
boost::asio::awaitable<void> remove_group(Stack& stack, const runtime::cgroup::Paths& paths);

/// Removes the project's groups that no member lives in: left by a supervisor that was killed between two
/// steps, or by a record that cannot be read any more.
boost::asio::awaitable<void> remove_strays(Stack& stack);

}  // namespace orchestrator::supervisor
