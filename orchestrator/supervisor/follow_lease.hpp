// How long a foreground `up` lasts, and with which exit status it ends.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <set>
#include <string>

#include "orchestrator/supervisor/control_server.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

/// Until nothing that the session holds runs any more, or one of `ids` ends as the request says, which ends
/// all; then it is told. `jobs` are waited for to end.
boost::asio::awaitable<void> follow_lease(Stack& stack, std::shared_ptr<Session> session, Ids ids,
                                          state::Request request, std::set<std::string> jobs);

}  // namespace orchestrator::supervisor
