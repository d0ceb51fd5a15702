#include "orchestrator/supervisor/starting.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/logs/journal.hpp"
#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/aftermath.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/dependencies.hpp"
#include "orchestrator/supervisor/log_tail.hpp"
#include "orchestrator/supervisor/pre_start.hpp"
#include "orchestrator/supervisor/watchers.hpp"
#include "orchestrator/supervisor/wishes.hpp"
#include "runtime/container/container.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

namespace {

std::string last_words_of(const Stack& stack, const std::string& culprit) {
  const Member* member = find(stack.members, culprit);
  if (member == nullptr) return "";
  return log_tail(stack.paths.log_directory(culprit), kLastLines, member->record.started_ns);
}

/// What a condition waits for in a log is looked for in every incarnation of the other.
void look_for_lines(Stack& stack, const Member& member) {
  for (const project::Dependency& dependency : member.definition->service.depends_on) {
    if (dependency.log.empty()) continue;
    for (const auto& [id, other] : stack.members)
      if (other->is_alive() && other->record.service == dependency.service)
        look_for_line(stack, *other, dependency.log);
  }
}

/// Somebody asked for this start and is told at once that it fails. Nobody waits for one that a policy asks
/// for, so it may wait until what it depends on has recovered.
bool waits_on(const Member& member, const Readiness& readiness) {
  if (readiness.state == Readiness::State::waiting) return true;
  return readiness.state == Readiness::State::failed && readiness.may_pass && member.by_policy;
}

/// What it waits for, for whoever asks why it does not start.
std::vector<std::string> obstacles(const Readiness& readiness) {
  return readiness.waits_for.empty() ? std::vector{readiness.why} : readiness.waits_for;
}

/// False where something else is wanted by now, or it has failed.
asio::awaitable<bool> wait_for_dependencies(Stack& stack, Member& member) {
  Readiness readiness;
  const auto is_over = [&] {
    look_for_lines(stack, member);
    readiness = dependencies_of(member, stack.members);
    return member.goal != Goal::running || member.replacement || !waits_on(member, readiness);
  };
  if (!is_over()) stack.tell("Container", member.record.name, "Waiting");
  while (!is_over()) {
    stack.note_waiting(member, obstacles(readiness));
    co_await stack.changed.until(
        [&] { return is_over() || obstacles(readiness) != member.record.waits_for; });
  }
  stack.note_waiting(member, {});
  if (member.goal != Goal::running || member.replacement) co_return false;
  if (readiness.state == Readiness::State::failed && std::exchange(member.is_undeterred, false)) {
    stack.warn("container " + member.record.name + " starts all the same: " + readiness.why);
    co_return true;
  }
  if (readiness.state == Readiness::State::failed) {
    member.record.gave_up = member.by_policy;
    fail(stack, member, readiness.why + last_words_of(stack, readiness.culprit));
  }
  for (const std::string& warning : readiness.warnings)
    stack.warn("container " + member.record.name + ": " + warning);
  co_return readiness.state == Readiness::State::ready;
}

/// Why a container did not come to life.
struct Failure {
  std::string what{};
  int exit_code = 125;  ///< as docker: the fault is not the command's
  int error = 0;        ///< errno, where there is one
};

/// Whose namespace it was to share has ended since it was ready: the next life of that one is waited for.
asio::awaitable<void> wait_for_host(Stack& stack, Member& member) {
  member.record.phase = member.record.has_run ? state::Phase::exited : state::Phase::created;
  stack.note_waiting(member, {"whose namespace it shares to run"});
  stack.tell("Container", member.record.name, "Waiting");
  co_await stack.changed.until([&] {
    return member.goal != Goal::running || member.replacement || !has_lost_its_host(member, stack.members);
  });
  stack.note_waiting(member, {});
}

asio::awaitable<std::optional<Failure>> try_to_start(Launcher& launcher, Member& member) {
  try {
    co_await launcher.start(member);
  } catch (const runtime::StartError& error) {
    co_return Failure{error.what(), error.exit_code(), error.error()};
  } catch (const std::system_error& error) {
    co_return Failure{.what = error.what(), .error = runtime::sys::errno_of(error)};
  } catch (const std::exception& error) {
    co_return Failure{.what = error.what()};
  }
  co_return std::nullopt;
}

/// Docker starts nothing there; here the output is in the files all the same.
void warn_of_missing_journal(Stack& stack, const Member& member) {
  const auto& logging = member.definition->service.logging;
  if (!logging || logging->driver != "journald" || member.by_policy) return;
  const std::string socket = logs::JournalOptions{}.socket;
  if (!runtime::sys::exists(socket))
    stack.warn("container " + member.record.name + ": there is no journal at " + socket +
               "; its output is kept in files only");
}

}  // namespace

asio::awaitable<void> start(Stack& stack, Launcher& launcher, Member& member) {
  bool ready = co_await wait_for_dependencies(stack, member);
  if (ready) ready = co_await prepare(stack, launcher, member);
  if (!ready) {
    if (member.goal != Goal::running && member.record.phase == state::Phase::restarting) {
      member.record.phase = state::Phase::exited;
      stack.changed_state(member);
    }
    co_return;
  }
  member.restart_requested = false;
  member.is_undeterred = false;
  member.record.bound_to = living_dependencies(member, stack.members);
  stack.tell("Container", member.record.name, "Starting");
  const std::optional<Failure> failure = co_await try_to_start(launcher, member);
  if (failure) {
    co_await launcher.undo(member);
    if (has_lost_its_host(member, stack.members)) {
      co_await wait_for_host(stack, member);
      co_return;
    }
    member.record.exit = state::Exit{.code = failure->exit_code, .started = false};
    member.record.finished_ns = wall_clock_ns();
    const std::string why = "container " + member.record.name + ": " + failure->what;
    if (member.by_policy && plan::is_transient(failure->error))
      try_again(stack, member, why);
    else
      fail(stack, member, why);
    launcher.forget_process(member);
    co_return;
  }
  member.failure.clear();
  stack.tell("Container", member.record.name, "Started");
  warn_of_missing_journal(stack, member);
  spawn_watchers(stack, member);
}

}  // namespace orchestrator::supervisor
