// What is watched while an incarnation lives: its end, its output, its word that it is ready, its health.
#pragma once

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// The member lives. Each watcher ends with the incarnation.
void spawn_watchers(Stack& stack, Member& member);

}  // namespace orchestrator::supervisor
