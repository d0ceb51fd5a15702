// When a waiting job is due, on disk that outlasts the machine's end: /run is empty after a boot, and what
// was due meanwhile is known by this alone.
#pragma once

#include <cstdint>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Wall clock, nanoseconds since 1970. 0 where it did not wait, or for times that are not its own any longer.
std::int64_t kept_due_time(const Stack& stack, const Member& member);

/// Throws std::system_error.
void keep_due_time(const Stack& stack, const Member& member, std::int64_t due_ns);

/// It waits no longer.
void drop_due_time(const Stack& stack, const Member& member);

}  // namespace orchestrator::supervisor
