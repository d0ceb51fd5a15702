// Whether what a command has wished has come true, and until when it waits for that.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <set>
#include <string>

#include "orchestrator/plan/plan.hpp"
#include "orchestrator/supervisor/outcome.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/turns.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

/// When the command has waited long enough: its --wait-timeout from now.
Clock::time_point deadline_of(const state::Request& request);

/// Status 1 and why where one of `ids` has failed.
Outcome failure_of(const Members& members, const Ids& ids);

/// Waits until the members run, or are healthy where the request says `wait`, or never will, or the turn is
/// over, or the deadline has passed. Of `jobs`, where it says `wait`, until they have ended.
boost::asio::awaitable<Outcome> wait_until_up(Stack& stack, Ids ids, const state::Request& request,
                                              const Turns::Turn& turn, Clock::time_point deadline,
                                              std::set<std::string> jobs = {});
/// Waits until what is made anew is, and what is removed is gone.
boost::asio::awaitable<Outcome> wait_until_created(Stack& stack, plan::Plan plan, const Turns::Turn& turn);
/// Waits until what the plan removes is gone. Status 1 where it refuses to.
boost::asio::awaitable<Outcome> wait_until_gone(Stack& stack, plan::Plan plan, const Turns::Turn& turn);

}  // namespace orchestrator::supervisor
