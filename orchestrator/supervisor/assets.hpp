// What a container is made of and translate() cannot know: what the host has, and what is made for it
// beforehand.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/plan/translate.hpp"
#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Only the devices that the service names, as the host has them; those that it does not have are left out.
plan::Assets device_assets(const project::Service& service);

/// Root filesystem and layers, volumes, namespaces of others, generated files, secrets. Throws
/// std::runtime_error, std::system_error.
boost::asio::awaitable<plan::Assets> prepare_assets(Stack& stack, Network& network, Member& member);

/// What the container has written is gone.
void drop_layers(const Stack& stack, const Member& member);

}  // namespace orchestrator::supervisor
