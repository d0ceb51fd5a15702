#include "orchestrator/supervisor/one_offs.hpp"

#include <utility>

#include "orchestrator/project/json.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Request;

namespace {

/// For what went wrong before there was a process (docker-run(1), exit status).
constexpr int kNotStarted = 125;
constexpr auto kComesBack = std::chrono::seconds(3);

GivenStreams streams_of(Session& session, bool terminal) {
  std::vector<runtime::sys::unique_fd> given = session.take_descriptors();
  const std::size_t wanted = terminal ? 1 : 3;
  if (given.size() != wanted) throw std::runtime_error("the container's standard streams did not arrive");
  if (terminal) return {.console_socket = std::move(given[0])};
  return {.in = std::move(given[0]), .out = std::move(given[1]), .err = std::move(given[2])};
}

/// What the service needs of the project; an optional dependency may not be enabled.
std::vector<std::string> needed_by(const project::Service& service, const project::Project& project) {
  std::vector<std::string> names;
  for (const project::Dependency& one : service.depends_on)
    if (project.services.contains(one.service)) names.push_back(one.service);
  return names;
}

int exit_code(const std::optional<state::Exit>& exit) {
  constexpr int kUnknown = 255;
  return !exit || exit->lost ? kUnknown : exit->code;
}

}  // namespace

Member& OneOffs::create(Session& session, const Request& request) {
  const project::Project project = project::from_json(request.one_off);
  const std::string& name = project.services.begin()->first;
  auto fresh = std::make_unique<Member>();
  fresh->definition = std::make_shared<Definition>(definition_of(project, name, 1));
  fresh->record = fresh_record(project.name, *fresh->definition, 1);
  fresh->record.id = name;
  fresh->record.one_off_of = request.services.front();
  fresh->record.goes_when_ended = request.remove;
  if (request.lease) fresh->streams = streams_of(session, fresh->definition->service.tty);
  want_running(*fresh, request);
  return admit(stack_, launcher_, std::move(fresh));
}

void OneOffs::start_dependencies(const project::Service& service, const Request& request) {
  const project::Project project = project::from_json(request.project);
  const std::vector<std::string> needed = needed_by(service, project);
  if (needed.empty()) return;
  convergence_.converge(project, {.verb = "up",
                                  .services = needed,
                                  .remove_orphans = request.remove_orphans,
                                  .ignore_orphans = request.ignore_orphans});
}

asio::awaitable<Outcome> OneOffs::run(std::shared_ptr<Session> session, const Request& request,
                                      const Turns::Turn& turn) {
  const project::Project definition = project::from_json(request.one_off);
  const auto& [id, service] = *definition.services.begin();
  Member* member = find(stack_.members, id);
  if (member == nullptr && request.again)
    co_return Outcome{kNotStarted, "the container has ended while nobody watched"};
  if (member == nullptr) {
    if (!request.no_deps) start_dependencies(service, request);
    member = &create(*session, request);
  }
  const std::string own_id = id;
  Outcome outcome = co_await wait_until_running(*member, request, turn);
  if (outcome.status != 0) {
    if (request.remove) co_await dismiss(stack_, own_id);
    co_return outcome;
  }
  if (request.lease)
    spawn(stack_.loop, follow(session, own_id));
  else if (request.remove)
    spawn(stack_.loop, follow(nullptr, own_id));
  co_return Outcome{};
}

asio::awaitable<Outcome> OneOffs::wait_until_running(Member& member, const Request& request,
                                                     const Turns::Turn& turn) {
  const std::string id = member.record.id;
  co_await stack_.changed.until([&] {
    const Member* own = find(stack_.members, id);
    return own == nullptr || has_settled(*own, false) || turn.is_over();
  });
  Member* own = find(stack_.members, id);
  if (own == nullptr) co_return Outcome{kNotStarted, kInterrupted};
  if (!own->failure.empty())
    co_return Outcome{own->record.exit ? own->record.exit->code : kNotStarted, own->failure};
  if (own->record.has_run) co_return Outcome{};
  want_stopped(*own, request.timeout);
  stack_.changed.notify();
  co_return Outcome{kNotStarted, kInterrupted};
}

void OneOffs::adopt() {
  for (const auto& [id, member] : stack_.members)
    if (member->record.goes_when_ended) spawn(stack_.loop, follow_adopted(id));
}

/// Whoever is attached comes back, and is told how it has ended.
asio::awaitable<void> OneOffs::follow_adopted(std::string id) {
  co_await stack_.changed.until([] { return false; }, Clock::now() + kComesBack);
  co_await follow(nullptr, std::move(id));
}

asio::awaitable<void> OneOffs::follow(std::shared_ptr<Session> session, std::string id) {
  auto last_exit = std::make_shared<std::optional<state::Exit>>();
  if (Member* own = find(stack_.members, id); own != nullptr) {
    if (!own->last_exit) own->last_exit = last_exit;
    last_exit = own->last_exit;
  }
  const auto over = [&] {
    const Member* member = find(stack_.members, id);
    return member == nullptr || !may_run_again(*member);
  };
  co_await stack_.changed.until([&] { return over() || (session && !session->is_open()); });
  // Whoever was attached has gone, and with him the container's streams.
  if (Member* member = find(stack_.members, id); member != nullptr && !over()) {
    want_stopped(*member, std::nullopt);
    stack_.changed.notify();
    co_await stack_.changed.until(over);
  }
  const Member* member = find(stack_.members, id);
  const int status = exit_code(member == nullptr ? *last_exit : member->record.exit);
  if (member != nullptr && member->record.goes_when_ended) co_await dismiss(stack_, id);
  if (session) session->send({.type = state::EventType::finished, .status = status});
}

}  // namespace orchestrator::supervisor
