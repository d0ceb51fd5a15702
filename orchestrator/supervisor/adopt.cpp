#include "orchestrator/supervisor/adopt.hpp"

#include <stdexcept>
#include <vector>

#include "orchestrator/state/definition.hpp"
#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/life.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Phase;

namespace {

bool was_on_its_way(Phase phase) {
  switch (phase) {
    case Phase::creating:
    case Phase::running:
    case Phase::paused:
    case Phase::restarting:
    case Phase::stopping:
      return true;
    case Phase::created:
    case Phase::exited:
    case Phase::dead:
      return false;
  }
  return false;
}

/// Its process is gone and so are those who could have known how: after a reboot, or when keeper and
/// supervisor were killed and the kernel is too old to tell.
void write_down_loss(Stack& stack, Member& member) {
  if (member.record.phase != Phase::creating && member.record.phase != Phase::restarting) {
    member.record.exit = state::Exit{.lost = true};
    member.record.ended_by = state::EndCause::itself;
    member.record.finished_ns = wall_clock_ns();
  }
  const bool same_boot = member.record.boot_id == stack.boot_id;
  const bool goes_on =
      same_boot && member.record.wanted && was_on_its_way(member.record.phase) &&
      (member.record.phase == Phase::creating || member.record.phase == Phase::restarting ||
       member.definition->service.schedule ||
       plan::restart_policy_of(member.definition->service).condition != plan::RestartCondition::no);
  member.goal = goes_on ? Goal::running : Goal::stopped;
  member.by_policy = true;
  if (goes_on && member.record.history.due_ns != 0) {
    // The delay goes on where it was: a supervisor's death neither shortens nor lengthens it.
    member.restart_at = steady(member.record.history.due_ns);
    member.is_due = true;
    member.record.pid = 0;
    return;
  }
  member.record.phase = member.record.has_run ? Phase::exited : Phase::created;
  member.record.health = state::Health::none;
  member.record.failed_probes = 0;
  member.record.pid = 0;
}

/// Between two clients. It need not be asleep already: a client may just have come, or not have gone yet.
bool waits_for_clients(const Member& member) {
  const state::EndCause cause = member.record.ended_by;
  return member.definition->service.access.on_demand && member.record.wanted && member.record.error.empty() &&
         (cause == state::EndCause::none || cause == state::EndCause::itself ||
          cause == state::EndCause::idleness);
}

void adopt_limits(Stack& stack) {
  try {
    if (const auto project = state::load_project(stack.paths)) change_limits(stack, project->limits, false);
  } catch (const std::runtime_error&) {
    // The networks say that it is not understood.
  }
}

/// Its moments of CLOCK_BOOTTIME mean nothing in this one, and from now on somebody looks after it.
void move_to_this_boot(const Stack& stack, state::Instance& record) {
  if (record.boot_id == stack.boot_id) return;
  record.boot_id = stack.boot_id;
  record.history = {};
  record.starts_again = false;
  record.gave_up = false;
  record.started_boottime_ns = 0;
  record.pid = 0;
  record.pidfd_inode = 0;
}

/// Also after a reboot: a run that was due meanwhile is one that was missed.
bool is_waiting_job(const Member& member) { return member.record.next_run_ns != 0 && member.record.wanted; }

}  // namespace

asio::awaitable<void> adopt(Stack& stack, Launcher& launcher,
                            std::map<std::string, runtime::sys::unique_fd>& inherited) {
  std::vector<Member*> lost;
  for (state::Instance& record : state::load_instances(stack.paths)) {
    auto member = std::make_unique<Member>();
    member->definition = load_definition(stack.paths, record);
    member->record = std::move(record);
    member->record.waits_for.clear();  // who still waits says so again
    member->told = member->record;
    const std::string id = member->record.id;
    if (!member->definition) {
      // Killed between two writes: there is nothing to run it from, so it never was.
      launcher.remove(*member);
      continue;
    }
    const bool on_its_way = was_on_its_way(member->record.phase);
    const bool lives = on_its_way && member->record.boot_id == stack.boot_id && member->record.pid != 0 &&
                       member->record.phase != Phase::creating && launcher.adopt(*member, inherited);
    // Who was told to end before another start waits for the command to come again (unfinished.hpp).
    const bool is_unfinished = member->record.phase == Phase::stopping && member->record.starts_again;
    if (lives) member->goal = member->record.wanted && !is_unfinished ? Goal::running : Goal::stopped;
    if (member->record.asleep || is_waiting_job(*member)) member->goal = Goal::running;
    Member& adopted = *stack.members.emplace(id, std::move(member)).first->second;
    if (on_its_way && !lives) lost.push_back(&adopted);
  }
  // Before those who have ended let go of networks in which others live.
  launcher.hold_shared_networks();
  for (Member* member : lost) {
    co_await launcher.undo(*member);
    write_down_loss(stack, *member);
  }
  for (const auto& [id, member] : stack.members) {
    if (member->is_alive() || !waits_for_clients(*member)) continue;
    member->goal = Goal::running;
    member->record.asleep = true;  // whoever has come meanwhile is told of at once
  }
  adopt_limits(stack);
  for (const auto& [id, member] : stack.members) {
    move_to_this_boot(stack, member->record);
    stack.changed_state(*member);
  }
  storage::remove_half_made(stack.paths.volumes, stack.paths.project);
  co_await remove_strays(stack);
}

}  // namespace orchestrator::supervisor
