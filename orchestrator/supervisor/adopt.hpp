// Takes over what an earlier supervisor left: living containers, half-made ones, and the wishes on disk.
#pragma once

#include "orchestrator/supervisor/launch.hpp"

namespace orchestrator::supervisor {

/// Reads every record, proves who lives, cleans up behind who does not, and wishes what was wanted. The
/// members' lives are not running yet.
boost::asio::awaitable<void> adopt(Stack& stack, Launcher& launcher,
                                   std::map<std::string, runtime::sys::unique_fd>& inherited);

}  // namespace orchestrator::supervisor
