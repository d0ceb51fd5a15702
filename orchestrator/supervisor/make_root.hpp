// A service's root filesystem as a directory of the host: looked for, unpacked, or built.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "orchestrator/storage/declared_root.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

storage::Declaration declaration_of(const project::RootfsBuild& build);

/// The directory. What takes time is done aside. Throws std::runtime_error with the place in the stack file.
boost::asio::awaitable<std::string> make_root(Stack& stack, const project::Service& service);

}  // namespace orchestrator::supervisor
