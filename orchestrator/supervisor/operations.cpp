#include "orchestrator/supervisor/operations.hpp"

#include <malloc.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <string>

#include "orchestrator/plan/start.hpp"
#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/arrival.hpp"
#include "orchestrator/supervisor/aside.hpp"
#include "orchestrator/supervisor/lease.hpp"
#include "runtime/cgroup/alarm.hpp"
#include "runtime/spec/signal.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using runtime::cgroup::Cgroup;
using state::Phase;
using state::Request;

namespace {

/// SIGKILL is the wish to have it stopped, but `restart: always` means always.
bool comes_back(const Member& member) {
  return plan::restart_policy_of(member.definition->service).condition == plan::RestartCondition::always;
}

/// Ctrl-C in a foreground `up`.
bool ends_lease(const Request& request) {
  return request.lease && (request.verb == "stop" || request.verb == "kill");
}

constexpr const char* kWaiting = "waiting for another command to end";

/// Still there, and nobody has asked for it again since.
bool is_ending(const Member& member) {
  const bool is_left = member.is_alive() ? member.goal != Goal::running : member.goal == Goal::removed;
  return is_left && !is_unkillable(member);
}
/// A pre_start step that has not succeeded is of no use any more.
void want_ended(Member& member, std::optional<std::chrono::nanoseconds> grace) {
  if (member.record.speaks_for.empty())
    want_stopped(member, grace);
  else
    want_removed(member, grace);
}
/// A removal or stop that has come as far as it can: somebody may not die, or not be willing to.
Outcome outcome_of_end(const Members& members, const Ids& ids) {
  for (const std::string& id : ids)
    if (const Member* member = find(members, id);
        member != nullptr && member->is_alive() && !member->failure.empty())
      return {1, member->failure};
  return {};
}

/// Throws where somebody inside did not come out of his system call in time; then nobody is frozen.
asio::awaitable<void> freeze_aside(runtime::cgroup::Paths paths) {
  co_await aside([&] {
    const Cgroup group = Cgroup::open(paths);
    try {
      group.freeze();
    } catch (const std::system_error&) {
      group.thaw();
      throw;
    }
  });
}

}  // namespace

asio::awaitable<void> Operations::handle(std::shared_ptr<Session> session, Request request) {
  stack_.listeners.insert(session);
  ++stack_.busy;
  stack_.diary.note("asked to " + request.verb);
  Outcome outcome;
  try {
    outcome = co_await in_turn(session, request);
  } catch (const std::exception& error) {
    outcome = {1, error.what()};
  }
  --stack_.busy;
  if (outcome.status != 0) stack_.diary.warn(request.verb + " failed: " + outcome.text);
  session->send({.type = state::EventType::done, .text = outcome.text, .status = outcome.status});
  if (!session->lease) stack_.listeners.erase(session);
  stack_.changed.notify();
  // After this frame is gone, and the request with it: every probe forks, and a fork copies what is not given
  // back.
  asio::post(stack_.loop, [] { ::malloc_trim(0); });
}

/// Whoever is in the way may wait for an end for longer than this one allows.
void Operations::hasten(const Request& request) {
  if (request.verb != "down" || !request.timeout) return;
  for (Member* member : select(stack_.members, request.services, OneOffsToo::yes)) {
    if (member->goal != Goal::removed) continue;
    want_removed(*member, request.timeout);
    member->may_refuse = true;
  }
  stack_.changed.notify();
}

asio::awaitable<Outcome> Operations::in_turn(std::shared_ptr<Session> session, const Request& request) {
  if (ends_lease(request)) session->ending = true;
  const Turns::Turn turn =
      turns_.arrive(request, [session] { return session->is_open() && !session->ending; });
  stack_.changed.notify();  // those who came before may have to give up
  if (!turn.has_come()) {
    session->send({.type = state::EventType::warning, .text = kWaiting});
    hasten(request);
  }
  co_await stack_.changed.until([&] { return turn.has_come() || turn.is_over(); });
  if (turn.is_over()) co_return Outcome{1, kInterrupted};
  co_return co_await dispatch(session, request, turn);
}

asio::awaitable<Outcome> Operations::dispatch(std::shared_ptr<Session> session, const Request& request,
                                              const Turns::Turn& turn) {
  if (request.verb == "up" || request.verb == "create")
    co_return co_await convergence_.up(session, request, turn);
  if (request.verb == "run") co_return co_await one_offs_.run(session, request, turn);
  if (request.verb == "start") co_return co_await start(request, turn);
  if (request.verb == "stop") co_return co_await stop(*session, request);
  if (request.verb == "restart") co_return co_await restart(request, turn);
  if (request.verb == "kill") co_return co_await kill(*session, request);
  if (request.verb == "pause") co_return co_await freeze(request, true);
  if (request.verb == "unpause") co_return co_await freeze(request, false);
  if (request.verb == "remove") co_return co_await remove(request);
  if (request.verb == "events") co_return co_await events(session);
  if (request.verb == "down") co_return co_await down(request);
  co_return Outcome{1, "the supervisor does not know \"" + request.verb + "\""};
}

void Operations::lease_ended(Session& session) {
  std::erase_if(stack_.listeners, [&](const auto& listener) { return listener.get() == &session; });
  if (session.lease)
    for (Member* member : held_by(session.holds, stack_.members))
      want_stopped(*member, member->grace, state::EndCause::hang_up);
  stack_.changed.notify();
}

asio::awaitable<Outcome> Operations::start(const Request& request, const Turns::Turn& turn) {
  (void)select(stack_.members, request.services);  // throws where one is unknown
  const Ids ids = plan::ids_to_start(observed_in(stack_), request.services);
  for (const std::string& id : ids) {
    Member& member = *find(stack_.members, id);
    if (member.is_alive()) continue;
    want_running(member, request);
    activation_.use(member.record.service);
  }
  std::vector<Member*> started;
  for (const std::string& id : ids) started.push_back(find(stack_.members, id));
  for (Member* member : given_up_on(std::move(started), stack_.members)) want_to_try_again(*member);
  stack_.changed.notify();
  co_return co_await wait_until_up(stack_, ids, request, turn, deadline_of(request));
}

std::vector<Member*> Operations::meant_by(const Session& session, const Request& request) const {
  if (!ends_lease(request)) return select(stack_.members, request.services);
  return session.lease ? held_by(session.holds, stack_.members) : std::vector<Member*>();
}

asio::awaitable<Outcome> Operations::stop(const Session& session, const Request& request) {
  std::vector<Member*> members = meant_by(session, request);
  add_steps(members, stack_.members);
  const Ids ids = ids_of(members);
  for (Member* member : members) {
    want_ended(*member, request.timeout);
    member->may_refuse = true;
    stack_.save(*member);
  }
  stack_.changed.notify();
  co_await stack_.changed.until([&] { return !any(stack_.members, ids, is_ending); });
  co_return outcome_of_end(stack_.members, ids);
}

asio::awaitable<Outcome> Operations::restart(const Request& request, const Turns::Turn& turn) {
  std::vector<Member*> members = select(stack_.members, request.services);
  if (!request.no_deps)
    add_dependants(members, stack_.members, [](const project::Dependency& one) { return one.restart; });
  const auto starts_again = [](const Member* member) { return member->record.starts_again; };
  // The supervisor before this one had begun: who does not start again any more has done so.
  const bool has_begun = request.again && std::any_of(members.begin(), members.end(), starts_again);
  for (Member* member : members) {
    if (has_begun && !starts_again(member)) continue;
    want_running(*member, {.timeout = request.timeout});
    activation_.use(member->record.service);
    want_restarted(*member, state::EndCause::command);
    member->is_undeterred = true;  // it ran beside what has failed, too
    member->may_refuse = true;
    stack_.save(*member);
    stack_.tell("Container", member->record.name, "Restarting");
  }
  for (Member* member : given_up_on(members, stack_.members)) want_to_try_again(*member);
  stack_.changed.notify();
  co_return co_await wait_until_up(stack_, ids_of(members), request, turn, deadline_of(request));
}

asio::awaitable<Outcome> Operations::kill(const Session& session, const Request& request) {
  const int signal = runtime::signal_number(request.signal.empty() ? "KILL" : request.signal);
  std::map<std::string, std::int64_t> killed;  // by id, the incarnation
  std::vector<Member*> members = meant_by(session, request);
  if (signal == SIGKILL) add_steps(members, stack_.members);
  for (Member* member : members) {
    if (signal == SIGKILL && !comes_back(*member)) want_ended(*member, member->grace);
    if (!member->is_alive()) continue;
    if (signal == SIGKILL) {
      stack_.tell("Container", member->record.name, "Killing");
      killed.emplace(member->record.id, member->record.generation);
      member->kill_now = true;
      member->life->cgroup.kill();
    }
    member->life->sent_signal = signal;
    member->life->sent_at = Clock::now();
    runtime::sys::pidfd_send_signal(member->life->pidfd.get(), signal);
    if (signal != SIGKILL) stack_.tell("Container", member->record.name, "Killed");
  }
  stack_.changed.notify();
  const auto is_left = [&](const auto& entry) {
    const Member* member = find(stack_.members, entry.first);
    return member != nullptr && member->is_alive() && member->record.generation == entry.second &&
           !is_unkillable(*member);
  };
  const Ids meant = signal == SIGKILL ? ids_of(members) : Ids();
  co_await stack_.changed.until([&] {
    return std::none_of(killed.begin(), killed.end(), is_left) && !has_step(stack_.members, meant);
  });
  Ids ids;
  for (const auto& [id, generation] : killed) ids.insert(id);
  co_return outcome_of_end(stack_.members, ids);
}

asio::awaitable<Outcome> Operations::freeze(const Request& request, bool pause) {
  const Phase from = pause ? Phase::running : Phase::paused;
  const Phase to = pause ? Phase::paused : Phase::running;
  for (const std::string& id : ids_of(select(stack_.members, request.services))) {
    Member* member = find(stack_.members, id);
    if (member == nullptr || !member->is_alive()) continue;
    if (member->record.phase == to)
      stack_.tell("Container", member->record.name, pause ? "Paused" : "Running");
    if (member->record.phase != from) continue;
    const OneLife one{member->record.id, member->record.generation};
    // Whoever is in a system call is frozen when he comes out of it, and that may take its time.
    if (pause) co_await freeze_aside(member->life->cgroup.paths());
    member = one.find(stack_.members);
    if (member == nullptr || member->record.phase != from) continue;
    if (!pause) member->life->cgroup.thaw();
    member->record.phase = to;
    stack_.changed_state(*member);
    stack_.tell("Container", member->record.name, pause ? "Paused" : "Unpaused");
  }
  co_return Outcome{};
}

/// What is comes first, then every change, for as long as somebody listens.
asio::awaitable<Outcome> Operations::events(std::shared_ptr<Session> session) {
  for (const auto& [id, member] : stack_.members)
    session->send({.type = state::EventType::instance, .instance = member->record});
  if (!runtime::cgroup::reports_pressure(stack_.hierarchy))
    session->send({.type = state::EventType::warning,
                   .text =
                       "pressure is not reported: this kernel has no pressure stall information (PSI) for "
                       "control groups"});
  stack_.listeners.erase(session);
  stack_.watchers.insert(session);
  co_await stack_.changed.until([&] { return !session->is_open(); });
  stack_.watchers.erase(session);
  co_return Outcome{};
}

asio::awaitable<Outcome> Operations::remove(const Request& request) {
  Ids ids;
  std::vector<Member*> members = select(stack_.members, request.services);
  if (request.force) add_steps(members, stack_.members);
  for (Member* member : members) {
    if (member->is_alive() && !request.force) continue;
    want_removed(*member, request.timeout);
    member->may_refuse = true;
    ids.insert(member->record.id);
  }
  stack_.changed.notify();
  co_return co_await wait_until_removed(ids);
}

asio::awaitable<Outcome> Operations::wait_until_removed(Ids ids) {
  co_await stack_.changed.until([&] {
    return !any(stack_.members, ids,
                [](const Member& member) { return member.goal == Goal::removed && !is_unkillable(member); });
  });
  co_return failure_of(stack_.members, ids);
}

/// Of services that the stack file does not know. Where no file was read, nobody is an orphan.
void Operations::leave_orphans(std::vector<Member*>& members, const Request& request) {
  if (request.known.empty()) return;
  const std::set<std::string> known(request.known.begin(), request.known.end());
  std::vector<std::string> orphans;
  std::erase_if(members, [&](const Member* member) {
    const state::Instance& record = member->record;
    if (known.contains(record.one_off_of.empty() ? record.service : record.one_off_of)) return false;
    orphans.push_back(record.name);
    return true;
  });
  if (!request.ignore_orphans) stack_.warn_of_orphans(orphans);
}

asio::awaitable<Outcome> Operations::down(const Request& request) {
  std::vector<Member*> members = select(stack_.members, request.services, OneOffsToo::yes);
  if (request.services.empty() && !request.remove_orphans) leave_orphans(members, request);
  add_dependants(members, stack_.members, [](const project::Dependency&) { return true; });
  add_steps(members, stack_.members);
  const Ids ids = ids_of(members);
  for (Member* member : members) {
    want_removed(*member, request.timeout);
    member->may_refuse = true;
  }
  stack_.changed.notify();
  const Outcome removed = co_await wait_until_removed(ids);
  if (removed.status != 0 || !stack_.members.empty()) co_return removed;
  co_await network_.close();
  if (request.volumes) {
    for (const std::string& name : storage::volumes_of(stack_.paths.volumes, stack_.paths.project)) {
      storage::Volume(stack_.paths.volumes, name).remove();
      stack_.tell("Volume", name, "Removed");
    }
  }
  runtime::sys::remove_tree(stack_.paths.data);
  ::unlink(stack_.paths.project_file().c_str());
  co_return Outcome{};
}

}  // namespace orchestrator::supervisor
