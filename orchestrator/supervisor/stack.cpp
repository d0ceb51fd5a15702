#include "orchestrator/supervisor/stack.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "orchestrator/plan/selection.hpp"
#include "orchestrator/plan/slots.hpp"
#include "orchestrator/state/definition.hpp"

namespace orchestrator::supervisor {

void Stack::tell(const std::string& kind, const std::string& name, const std::string& action,
                 const std::string& text) {
  diary.note(kind + " " + name + " " + action + (text.empty() ? "" : ": " + text));
  for (const auto& session : listeners)
    session->send(
        {.type = state::EventType::progress, .kind = kind, .name = name, .action = action, .text = text});
}

void Stack::warn(const std::string& text) {
  diary.warn(text);
  for (const auto& session : listeners) session->send({.type = state::EventType::warning, .text = text});
}

void Stack::warn_of_orphans(const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  warn("found orphan containers (" + list + ") of services that are not in the stack file; " +
       "remove them with --remove-orphans");
}

bool Stack::save(Member& member) {
  try {
    state::save(paths, member.record);
    member.is_unsaved = false;
  } catch (const std::system_error& error) {
    if (!std::exchange(member.is_unsaved, true))
      warn("the state of container " + member.record.name + " cannot be written down: " + error.what());
  }
  return !member.is_unsaved;
}

void Stack::intend(Member& member) {
  state::save(paths, member.record);
  announce(member);
}

void Stack::changed_state(Member& member) {
  save(member);
  announce(member);
}

void Stack::note_waiting(Member& member, std::vector<std::string> waits_for) {
  state::Instance& record = member.record;
  if (record.waits_for == waits_for) return;
  if (record.waits_for.empty()) record.waits_since_ns = wall_clock_ns();
  record.waits_for = std::move(waits_for);
  changed_state(member);
}

void Stack::announce(Member& member) {
  for (const auto& session : listeners)
    if (session->lease) session->send({.type = state::EventType::instance, .instance = member.record});
  for (const state::Change& change :
       state::changes_between(std::exchange(member.told, member.record), member.record, wall_clock_ns()))
    tell_change(change);
  changed.notify();
}

void Stack::tell_change(const state::Change& change) {
  journal.add(change);
  for (const auto& session : watchers) session->send({.type = state::EventType::change, .change = change});
}

bool Stack::has_process(int pid, std::uint64_t inode) const {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    const state::Instance& record = entry.second->record;
    return record.pid == pid && (inode == 0 || record.pidfd_inode == 0 || record.pidfd_inode == inode);
  });
}

std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Clock::time_point steady(std::int64_t boottime) {
  return Clock::now() + std::chrono::nanoseconds(boottime - boottime_ns());
}

Definition definition_of(const project::Project& project, const std::string& service, int number) {
  const project::Service& it = project.services.at(service);
  utsname machine{};
  ::uname(&machine);
  return {.project = state::cut_down(project, service),
          .service = plan::in_slot(it, {.number = number,
                                        .name = plan::container_name(project.name, it, number),
                                        .machine = machine.nodename})};
}

}  // namespace orchestrator::supervisor
