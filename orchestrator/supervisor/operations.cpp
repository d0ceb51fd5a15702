#include "orchestrator/supervisor/operations.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <csignal>

#include "orchestrator/plan/reconcile.hpp"
#include "orchestrator/project/json.hpp"
#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/health_check.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/selection.hpp"
#include "runtime/spec/signal.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Phase;
using state::Request;

namespace {

using Ids = std::set<std::string>;

Ids ids_of(const std::vector<Member*>& members) {
  Ids ids;
  for (const Member* member : members) ids.insert(member->record.id);
  return ids;
}

Member* find(const Members& members, const std::string& id) {
  const auto found = members.find(id);
  return found == members.end() ? nullptr : found->second.get();
}

bool any(const Members& members, const Ids& ids, bool (*is)(const Member&)) {
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const Member* member = find(members, id);
    return member != nullptr && is(*member);
  });
}

bool is_alive(const Member& member) { return member.is_alive(); }
bool may_run_again(const Member& member) {
  return member.is_alive() || member.restart_at || (member.goal == Goal::running && member.failure.empty());
}

void want_running(Member& member, const Request& request) {
  member.goal = Goal::running;
  member.record.wanted = true;
  member.failure.clear();
  member.record.error.clear();
  member.ignore_dependencies = request.no_deps;
  member.grace = request.timeout;
  member.history = {};
}

void want_stopped(Member& member, const Request& request) {
  member.goal = Goal::stopped;
  member.record.wanted = false;
  member.restart_requested = false;
  member.replacement = nullptr;
  if (request.timeout) member.grace = request.timeout;
}

/// It has come to where `up` wanted it, or it never will.
bool has_settled(const Member& member, bool wait_for_health) {
  if (!member.failure.empty()) return true;
  if (member.replacement || member.restart_requested) return false;
  if (!member.is_alive()) return member.goal != Goal::running && member.record.has_run;
  if (member.record.phase != Phase::running) return member.record.phase == Phase::paused;
  return !wait_for_health || member.record.health == state::Health::none ||
         member.record.health != state::Health::starting;
}

}  // namespace

void Operations::spawn(const std::string& id) {
  asio::co_spawn(stack_.loop, live(stack_, launcher_, id), asio::detached);
}

asio::awaitable<void> Operations::handle(std::shared_ptr<Session> session, Request request) {
  stack_.listeners.insert(session);
  ++stack_.busy;
  stack_.diary.note("asked to " + request.verb);
  Outcome outcome;
  try {
    outcome = co_await dispatch(session, request);
  } catch (const std::exception& error) {
    outcome = {1, error.what()};
  }
  --stack_.busy;
  if (outcome.status != 0) stack_.diary.warn(request.verb + " failed: " + outcome.text);
  session->send({.type = state::EventType::done, .text = outcome.text, .status = outcome.status});
  if (!session->lease) stack_.listeners.erase(session);
  stack_.changed.notify();
}

asio::awaitable<Operations::Outcome> Operations::dispatch(std::shared_ptr<Session> session,
                                                          const Request& request) {
  if (request.verb == "up" || request.verb == "create") co_return co_await up(session, request);
  if (request.verb == "start") co_return co_await start(request);
  if (request.verb == "stop") co_return co_await stop(request);
  if (request.verb == "restart") co_return co_await restart(request);
  if (request.verb == "kill") co_return co_await kill(request);
  if (request.verb == "pause") co_return co_await freeze(request, true);
  if (request.verb == "unpause") co_return co_await freeze(request, false);
  if (request.verb == "remove") co_return co_await remove(request);
  if (request.verb == "down") co_return co_await down(request);
  co_return Outcome{1, "the supervisor does not know \"" + request.verb + "\""};
}

void Operations::carry_out(const project::Project& project, const plan::Step& step, const Request& request) {
  Member* member = find(stack_.members, step.id);
  switch (step.action) {
    case plan::Action::create: {
      auto fresh = std::make_unique<Member>();
      fresh->definition = std::make_shared<Definition>(definition_of(project, step.service));
      fresh->record = fresh_record(project.name, *fresh->definition, step.number);
      stack_.tell("Container", fresh->record.name, "Creating");
      save_definition(stack_.paths, *fresh);
      member = stack_.members.emplace(step.id, std::move(fresh)).first->second.get();
      stack_.changed_state(*member);
      spawn(step.id);
      stack_.tell("Container", member->record.name, "Created");
      break;
    }
    case plan::Action::recreate:
      member->replacement = std::make_shared<Definition>(definition_of(project, step.service));
      break;
    case plan::Action::keep:
      stack_.tell("Container", member->record.name, "Running");
      break;
    case plan::Action::start:
      break;
    case plan::Action::remove:
      member->goal = Goal::removed;
      return;
  }
  if (request.verb == "up") want_running(*member, request);
}

asio::awaitable<Operations::Outcome> Operations::up(std::shared_ptr<Session> session,
                                                    const Request& request) {
  const project::Project project = project::from_json(request.project);
  const Ids services = services_for(project, request);
  Ids known;
  for (const auto& [name, service] : project.services) known.insert(name);
  for (const auto& [name, service] : project.disabled) known.insert(name);
  plan::Choices choices{
      .selected = services, .no_recreate = request.no_recreate, .remove_orphans = request.remove_orphans};
  if (request.force_recreate)
    choices.force_recreate = request.always_recreate_deps || request.services.empty()
                                 ? services
                                 : Ids(request.services.begin(), request.services.end());
  const plan::Plan plan =
      plan::reconcile(wanted_instances(project, request), known, records_of(stack_.members), choices);
  runtime::sys::replace_file(stack_.paths.project_file(), request.project);
  if (!plan.orphans.empty()) {
    std::string names;
    for (const std::string& name : plan.orphans) names += (names.empty() ? "" : ", ") + name;
    stack_.warn("found orphan containers (" + names + ") of services that are not in the stack file; " +
                "remove them with --remove-orphans");
  }
  Ids ids;
  for (const plan::Step& step : plan.steps) {
    carry_out(project, step, request);
    if (step.action != plan::Action::remove) ids.insert(step.id);
  }
  stack_.changed.notify();
  if (request.lease) {
    session->lease = true;
    if (!session->is_open()) lease_ended(*session);
  }
  if (request.verb == "create") co_return Outcome{};
  if (request.lease) asio::co_spawn(stack_.loop, follow_lease(session, ids, request), asio::detached);
  co_return co_await wait_until_up(ids, request);
}

asio::awaitable<Operations::Outcome> Operations::wait_until_up(Ids ids, const Request& request) {
  const auto settled = [&] {
    return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
      const Member* member = find(stack_.members, id);
      return member == nullptr || has_settled(*member, request.wait) || member->goal == Goal::removed ||
             (member->goal == Goal::stopped && !member->is_alive());
    });
  };
  const auto deadline =
      request.wait_timeout ? Clock::now() + std::chrono::duration_cast<Clock::duration>(*request.wait_timeout)
                           : Clock::time_point::max();
  if (!co_await stack_.changed.until(settled, deadline))
    co_return Outcome{1, "the stack was not up within the time allowed"};
  for (const std::string& id : ids) {
    const Member* member = find(stack_.members, id);
    if (member == nullptr || member->goal == Goal::removed)
      co_return Outcome{1, "interrupted by another command"};
    if (!member->failure.empty()) co_return Outcome{1, member->failure};
    if (!request.wait) continue;
    if (member->record.health == state::Health::unhealthy)
      co_return Outcome{1, "container " + member->record.name + " is unhealthy"};
    if (!member->is_alive() && member->record.exit && member->record.exit->code != 0)
      co_return Outcome{1, "container " + member->record.name + " exited (" +
                               std::to_string(member->record.exit->code) + ")"};
  }
  co_return Outcome{};
}

asio::awaitable<void> Operations::follow_lease(std::shared_ptr<Session> session, Ids ids, Request request) {
  const auto ended_member = [&]() -> const Member* {
    for (const std::string& id : ids) {
      const Member* member = find(stack_.members, id);
      if (member == nullptr || member->is_alive() || !member->record.exit || member->restart_at) continue;
      if (request.abort_on == "exit" || (request.abort_on == "failure" && member->record.exit->code != 0))
        return member;
    }
    return nullptr;
  };
  const auto over = [&] { return !session->is_open() || !any(stack_.members, ids, may_run_again); };
  co_await stack_.changed.until([&] { return over() || ended_member() != nullptr; });
  int status = 0;
  if (const Member* first = ended_member(); first != nullptr && session->is_open()) {
    status = first->record.exit->code;
    stack_.warn("aborting: container " + first->record.name + " exited (" + std::to_string(status) + ")");
    for (const std::string& id : ids)
      if (Member* member = find(stack_.members, id)) want_stopped(*member, {});
    stack_.changed.notify();
    co_await stack_.changed.until(over);
  }
  for (const auto& [id, member] : stack_.members)
    if (member->record.service == request.exit_code_from && member->record.exit)
      status = member->record.exit->code;
  session->send({.type = state::EventType::finished, .status = status});
  stack_.listeners.erase(session);
}

void Operations::lease_ended(Session& session) {
  std::erase_if(stack_.listeners, [&](const auto& listener) { return listener.get() == &session; });
  if (session.lease)
    for (const auto& [id, member] : stack_.members) want_stopped(*member, {});
  stack_.changed.notify();
}

asio::awaitable<Operations::Outcome> Operations::start(const Request& request) {
  const std::vector<Member*> members = select(stack_.members, request.services);
  for (Member* member : members)
    if (!member->is_alive()) want_running(*member, request);
  stack_.changed.notify();
  co_return co_await wait_until_up(ids_of(members), request);
}

asio::awaitable<Operations::Outcome> Operations::stop(const Request& request) {
  const Ids ids = ids_of(select(stack_.members, request.services));
  for (const std::string& id : ids) {
    Member& member = *find(stack_.members, id);
    want_stopped(member, request);
    state::save(stack_.paths, member.record);
  }
  stack_.changed.notify();
  co_await stack_.changed.until([&] { return !any(stack_.members, ids, is_alive); });
  co_return Outcome{};
}

asio::awaitable<Operations::Outcome> Operations::restart(const Request& request) {
  const std::vector<Member*> members = select(stack_.members, request.services);
  for (Member* member : members) {
    want_running(*member, request);
    member->restart_requested = member->is_alive();
    stack_.tell("Container", member->record.name, "Restarting");
  }
  stack_.changed.notify();
  co_return co_await wait_until_up(ids_of(members), request);
}

asio::awaitable<Operations::Outcome> Operations::kill(const Request& request) {
  const int signal = runtime::signal_number(request.signal.empty() ? "KILL" : request.signal);
  Ids killed;
  for (Member* member : select(stack_.members, request.services)) {
    if (!member->is_alive()) {
      if (signal == SIGKILL) want_stopped(*member, {});
      continue;
    }
    if (signal == SIGKILL) {
      want_stopped(*member, {});
      member->kill_now = true;
      killed.insert(member->record.id);
      stack_.tell("Container", member->record.name, "Killing");
    } else {
      runtime::sys::pidfd_send_signal(member->life->pidfd.get(), signal);
      stack_.tell("Container", member->record.name, "Killed");
    }
  }
  stack_.changed.notify();
  co_await stack_.changed.until([&] { return !any(stack_.members, killed, is_alive); });
  co_return Outcome{};
}

asio::awaitable<Operations::Outcome> Operations::freeze(const Request& request, bool pause) {
  const Phase from = pause ? Phase::running : Phase::paused;
  for (Member* member : select(stack_.members, request.services)) {
    if (!member->is_alive() || member->record.phase != from) continue;
    if (pause)
      member->life->cgroup.freeze();
    else
      member->life->cgroup.thaw();
    member->record.phase = pause ? Phase::paused : Phase::running;
    stack_.changed_state(*member);
    stack_.tell("Container", member->record.name, pause ? "Paused" : "Unpaused");
  }
  co_return Outcome{};
}

asio::awaitable<Operations::Outcome> Operations::remove(const Request& request) {
  Ids ids;
  for (Member* member : select(stack_.members, request.services)) {
    if (member->is_alive() && !request.force) continue;
    member->goal = Goal::removed;
    if (request.force) member->kill_now = true;
    ids.insert(member->record.id);
  }
  stack_.changed.notify();
  co_await stack_.changed.until([&] {
    return std::none_of(ids.begin(), ids.end(),
                        [&](const auto& id) { return find(stack_.members, id) != nullptr; });
  });
  co_return Outcome{};
}

asio::awaitable<Operations::Outcome> Operations::down(const Request& request) {
  for (const auto& [id, member] : stack_.members) {
    const bool meant = request.services.empty() ||
                       std::find(request.services.begin(), request.services.end(), member->record.service) !=
                           request.services.end();
    if (!meant) continue;
    want_stopped(*member, request);
    member->goal = Goal::removed;
  }
  stack_.changed.notify();
  co_await stack_.changed.until([&] {
    return std::none_of(stack_.members.begin(), stack_.members.end(),
                        [](const auto& entry) { return entry.second->goal == Goal::removed; });
  });
  if (!stack_.members.empty()) co_return Outcome{};
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
