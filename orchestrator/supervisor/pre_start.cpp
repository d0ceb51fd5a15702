#include "orchestrator/supervisor/pre_start.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/plan/hooks.hpp"
#include "orchestrator/project/json.hpp"
#include "orchestrator/supervisor/aftermath.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/log_tail.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using Failure = std::optional<std::string>;

namespace {

bool is_given_up(const Member& member) { return member.goal != Goal::running || member.replacement; }

std::string name_of_step(const Member& member, std::size_t step) {
  return "service \"" + member.record.service + "\" pre_start[" + std::to_string(step) + "]";
}

std::shared_ptr<const Definition> definition_of_step(const Member& member, std::size_t step,
                                                     const std::string& id) {
  const state::Instance& record = member.record;
  return std::make_shared<Definition>(definition_of(
      plan::step_of(member.definition->project, record.service, step, id, record.name), id, record.number));
}

/// Killed with its supervisor's command or with the machine, but not removed, or of another definition: it
/// says nothing.
bool is_useless(const Member& left, const Definition& definition) {
  const bool is_same = left.record.config_hash == project::service_hash(definition.service);
  const auto& exit = left.record.exit;
  const bool failed = !may_run_again(left) && !(exit && !exit->lost && exit->code == 0);
  return !is_same || failed;
}

Member& create(Stack& stack, Launcher& launcher, const Member& member,
               std::shared_ptr<const Definition> definition) {
  auto fresh = std::make_unique<Member>();
  fresh->record = fresh_record(stack.paths.project, *definition, 1);
  fresh->record.id = definition->service.name;
  fresh->record.one_off_of = member.record.service;
  fresh->record.speaks_for = member.record.id;
  fresh->definition = std::move(definition);
  want_running(*fresh, {});
  return admit(stack, launcher, std::move(fresh));
}

Failure failure_of(const Stack& stack, const Member& step, const std::string& name) {
  if (!step.failure.empty()) return name + ": " + step.failure;
  const auto& exit = step.record.exit;
  if (!exit || exit->lost) return name + " ended, and nobody knows how";
  if (exit->code == 0) return std::nullopt;
  return name + " exited with code " + std::to_string(exit->code) +
         log_tail(stack.paths.log_directory(step.record.speaks_for), kLastLines, step.record.started_ns);
}

asio::awaitable<Failure> run_step(Stack& stack, Launcher& launcher, Member& member, std::size_t step) {
  const std::string id = plan::step_id(member.record.id, step);
  const std::string name = name_of_step(member, step);
  auto definition = definition_of_step(member, step, id);
  if (const Member* left = find(stack.members, id); left != nullptr && is_useless(*left, *definition))
    co_await dismiss(stack, id);
  if (find(stack.members, id) == nullptr) create(stack, launcher, member, std::move(definition));
  co_await stack.changed.until([&] {
    const Member* running = find(stack.members, id);
    return is_given_up(member) || running == nullptr || !may_run_again(*running);
  });
  Failure failure = name + " was removed";
  if (const Member* ended = find(stack.members, id)) failure = failure_of(stack, *ended, name);
  co_await dismiss(stack, id);
  co_return failure;
}

/// Another instance of the same service, of this definition.
bool is_sibling(const Member& other, const Member& member) {
  return &other != &member && other.record.service == member.record.service &&
         other.record.config_hash == member.record.config_hash && other.goal != Goal::removed;
}

struct Siblings {
  bool have_done_it = false;
  bool are_before = false;  ///< one with a lower number is to do it
  Failure failure{};        ///< of the one that was to do it
};
Siblings siblings_of(const Member& member, const Members& members, std::size_t step) {
  Siblings found;
  for (const auto& [id, other] : members) {
    if (!is_sibling(*other, member)) continue;
    if (other->record.prepared > static_cast<int>(step)) found.have_done_it = true;
    if (other->record.number > member.record.number) continue;
    if (!other->failure.empty()) found.failure = other->failure;
    if (!is_given_up(*other)) found.are_before = true;
  }
  return found;
}

/// Nothing where it is this member's to do; else how it ended for the service as a whole.
asio::awaitable<std::optional<Failure>> done_by_another(Stack& stack, const Member& member,
                                                        std::size_t step) {
  Siblings siblings;
  co_await stack.changed.until([&] {
    siblings = siblings_of(member, stack.members, step);
    return is_given_up(member) || siblings.have_done_it || siblings.failure || !siblings.are_before;
  });
  if (siblings.have_done_it) co_return Failure{};
  if (siblings.failure) co_return siblings.failure;
  co_return std::nullopt;
}

}  // namespace

asio::awaitable<bool> prepare(Stack& stack, Launcher& launcher, Member& member) {
  const std::vector<project::Hook> steps = member.definition->service.pre_start;
  for (std::size_t i = static_cast<std::size_t>(member.record.prepared); i < steps.size(); ++i) {
    std::optional<Failure> end;
    if (!steps[i].per_replica) end = co_await done_by_another(stack, member, i);
    if (is_given_up(member)) co_return false;
    if (!end) {
      stack.tell("Container", member.record.name, "Preparing", "pre_start[" + std::to_string(i) + "]");
      stack.note_waiting(member, {"its step pre_start[" + std::to_string(i) + "]"});
      end = co_await run_step(stack, launcher, member, i);
      stack.note_waiting(member, {});
    }
    if (is_given_up(member)) co_return false;
    if (*end) {
      fail(stack, member, **end);
      co_return false;
    }
    member.record.prepared = static_cast<int>(i) + 1;
    stack.changed_state(member);
  }
  co_return true;
}

}  // namespace orchestrator::supervisor
