#include "orchestrator/supervisor/follow_lease.hpp"

#include <algorithm>
#include <vector>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/dependencies.hpp"
#include "orchestrator/supervisor/lease.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Request;

asio::awaitable<void> follow_lease(Stack& stack, std::shared_ptr<Session> session, Ids ids, Request request,
                                   std::set<std::string> jobs) {
  const auto aborts = [&](const Member& member) {
    // As in docker compose the first end counts of the one whose exit code is asked for.
    const bool is_asked_for = member.record.service == request.exit_code_from &&
                              member.record.phase == state::Phase::restarting &&
                              member.record.ended_by == state::EndCause::itself;
    // Whatever else is on its way has ended in an earlier run.
    if ((may_run_again(member) && !is_asked_for) || !member.record.exit) return false;
    const bool failed = !plan::is_success(member.definition->service, *member.record.exit);
    // Somebody waits for just that.
    if (!failed && jobs.contains(member.record.service)) return false;
    if (may_end_anyhow(member, stack.members)) return false;
    return request.abort_on == "exit" || (request.abort_on == "failure" && failed);
  };
  const auto ended_member = [&]() -> const Member* {
    for (const std::string& id : ids)
      if (const Member* member = find(stack.members, id); member != nullptr && aborts(*member)) return member;
    return nullptr;
  };
  // What it has brought along for the others does not keep it.
  const auto over = [&] {
    return !session->is_open() || std::none_of(ids.begin(), ids.end(), [&](const std::string& id) {
      const Member* member = find(stack.members, id);
      return member != nullptr && session->holds.named.contains(member->record.service) &&
             may_run_again(*member);
    });
  };
  co_await stack.changed.until([&] { return over() || ended_member() != nullptr; });
  int status = 0;
  std::string aborted_by;
  if (const Member* first = ended_member(); first != nullptr && session->is_open()) {
    status = first->record.exit->code;
    aborted_by = first->record.service;
    session->aborting = true;
    stack.warn("aborting: container " + first->record.name + " exited (" + std::to_string(status) + ")");
  }
  if (session->is_open()) {
    std::vector<Member*> held = held_by(session->holds, stack.members);
    // Who has ended by himself is not stopped: he may be a job that is done.
    std::erase_if(held, [](const Member* member) { return !may_run_again(*member); });
    const Ids ending = ids_of(held);
    for (Member* member : held) want_stopped(*member, request.timeout, state::EndCause::abort);
    stack.changed.notify();
    co_await stack.changed.until(
        [&] { return !session->is_open() || !any(stack.members, ending, may_run_again); });
  }
  co_await stack.changed.until([&] { return !session->is_open() || !has_step(stack.members, ids); });
  // Of several of that service the one that has ended the others.
  if (aborted_by != request.exit_code_from)
    for (const auto& [id, member] : stack.members)
      if (member->record.service == request.exit_code_from && member->record.exit)
        status = member->record.exit->code;
  session->send({.type = state::EventType::finished, .status = status});
  stack.listeners.erase(session);
}

}  // namespace orchestrator::supervisor
