// What follows when an incarnation has ended or could not begin: it is written down, cleaned up behind, and
// perhaps started again. The policy is plan/restart.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// The member's process has ended.
boost::asio::awaitable<void> settle(Stack& stack, Launcher& launcher, Member& member);

/// It does not run, and nothing will change that but a user.
void fail(Stack& stack, Member& member, const std::string& why);

/// A restart by policy has failed for a reason that may pass: another one follows, where the policy has any
/// left; else it has failed for good.
void try_again(Stack& stack, Member& member, const std::string& why);

/// When the living incarnation has lived so long that its failures are forgotten; the end of time where there
/// are none.
Clock::time_point settled_at(const Member& member);
void forget_failures(Stack& stack, Member& member);

}  // namespace orchestrator::supervisor
