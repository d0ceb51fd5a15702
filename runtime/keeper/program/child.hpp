// Children of the keeper and what is written down when one has ended.
#pragma once

#include <sys/types.h>
#include <time.h>

#include "runtime/keeper/protocol.hpp"

namespace runtime::keeper {

int64_t nanoseconds(clockid_t clock);

/// A child that has ended and waits to be reaped, whoever made it; 0 where there is none.
pid_t next_ended();
/// Reaps it; false where it was no such child.
bool reap(pid_t pid, Packet& record);

}  // namespace runtime::keeper
