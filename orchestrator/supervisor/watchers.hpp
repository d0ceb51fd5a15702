// What is watched while an incarnation lives: its end, its output, its word that it is ready, its health.
#pragma once

#include <string>

#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// The member lives. Each watcher ends with the incarnation.
void spawn_watchers(Stack& stack, Member& member);

/// From now on a line that matches is looked for in what the living member prints; who waits for it is woken.
void look_for_line(Stack& stack, Member& member, const std::string& pattern);

}  // namespace orchestrator::supervisor
