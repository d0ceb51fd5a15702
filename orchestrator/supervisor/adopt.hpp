// Takes over what an earlier supervisor left: living containers, half-made ones, and the wishes on disk.
#pragma once

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/operations.hpp"

namespace orchestrator::supervisor {

/// Reads every record, proves who lives, cleans up behind who does not, and goes on with what was wanted.
boost::asio::awaitable<void> adopt(Stack& stack, Launcher& launcher, Operations& operations,
                                   std::map<std::string, runtime::sys::unique_fd> inherited);

}  // namespace orchestrator::supervisor
