// Decides only: whether a service that crashes again and again may be in want of another one that is still
// coming up.
#pragma once

#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// Somebody whom it may be in want of, whether depends_on says so or not, is on the way up.
bool is_early(const Member& member, const Members& members, Clock::time_point now);

/// It is crash-looping, and neither it nor any other in a crash loop was early the last time: nothing is
/// going to change.
bool crashes_for_good(const Member& member, const Members& members);

}  // namespace orchestrator::supervisor
