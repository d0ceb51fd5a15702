// The life of one instance, as one coroutine: wait, start, watch, stop, restart, remove. Level-triggered: it
// looks at what is wanted and what is, and does the next thing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Takes up a new member: its record and definition are written, its life begins, and `action` is told of it.
/// It is borrowed until it is removed.
Member& admit(Stack& stack, Launcher& launcher, std::unique_ptr<Member> fresh,
              const std::string& action = "Created");
/// Removes it, where it is there, and waits until it is gone.
boost::asio::awaitable<void> dismiss(Stack& stack, std::string id,
                                     state::EndCause cause = state::EndCause::command);

/// Runs until the member is removed; then it is gone from the stack.
boost::asio::awaitable<void> live(Stack& stack, Launcher& launcher, std::string id);

}  // namespace orchestrator::supervisor
