// kill, pause, resume, delete: what is done to a container from outside.
#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

#include "runtime/mdrun/commands.hpp"
#include "runtime/mdrun/life.hpp"
#include "runtime/spec/signal.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

int signal_of(const Arguments& arguments) {
  try {
    return arguments.operands().size() > 1 ? signal_number(arguments.operands()[1]) : SIGTERM;
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

void signal_everybody(const cgroup::Cgroup& group, int signal) {
  if (signal == SIGKILL) return group.kill();
  for (const int pid : group.processes())
    if (const auto process = sys::pidfd_open_if_exists(pid)) sys::pidfd_send_signal(process->get(), signal);
}

cgroup::Cgroup group_of(const Record& record) {
  if (record.cgroup == cgroup::Paths{})
    throw std::runtime_error("container " + record.id + " has no cgroup of its own");
  return cgroup::Cgroup::open(record.cgroup);
}

/// Throws unless the container is in the state that `verb` wants.
void expect(const Entry& entry, const Record& record, Status wanted, const char* verb) {
  const Status status = status_of(entry, record);
  if (status != wanted)
    throw std::runtime_error(
        fmt::format("container {} cannot be {}: it is {}", entry.id(), verb, to_string(status)));
}

}  // namespace

int kill(const Arguments& arguments, const Settings& settings) {
  const int signal = signal_of(arguments);
  const Record record = Store(settings.root).get(arguments.operands().front()).record();
  const auto process = find_process(record.process);
  // Without a pid namespace of its own, processes can be left when the first one has ended.
  const bool all = arguments.has("all");
  const bool left = all && group_of(record).populated();
  if (!process && !left) throw std::runtime_error("container " + record.id + " is not running");
  if (all)
    signal_everybody(group_of(record), signal);
  else
    sys::pidfd_send_signal(process->get(), signal);
  return 0;
}

int pause(const Arguments& arguments, const Settings& settings) {
  const Entry entry = Store(settings.root).get_locked(arguments.operands().front());
  const Record record = entry.record();
  expect(entry, record, Status::running, "paused");
  group_of(record).freeze();
  return 0;
}

int resume(const Arguments& arguments, const Settings& settings) {
  const Entry entry = Store(settings.root).get_locked(arguments.operands().front());
  const Record record = entry.record();
  expect(entry, record, Status::paused, "resumed");
  group_of(record).thaw();
  return 0;
}

int delete_container(const Arguments& arguments, const Settings& settings) {
  const bool force = arguments.has("force");
  const std::string& id = arguments.operands().front();
  auto entry = Store(settings.root).find(id);
  // Gone is what it was to be: runc and crun say so, too.
  if (force && (!entry || !entry->lock())) return 0;
  if (!entry) throw std::runtime_error("container " + id + " does not exist");
  if (!force && !entry->lock()) throw std::runtime_error("container " + id + " does not exist");
  const Record record = entry->record();
  const Status status = status_of(*entry, record);
  // In one that was never started nobody's program runs; engines rely on it that it can be deleted.
  const bool ended = status == Status::stopped || status == Status::created || !find_process(record.process);
  if (!force && !ended)
    throw std::runtime_error(
        fmt::format("container {} is {}: it can be deleted with --force only", id, to_string(status)));
  const Hooks hooks = record.hooks && entry->config() ? spec_of(*entry, record).hooks : Hooks{};
  destroy(*entry, record, hooks.poststop, settings.log);
  return 0;
}

}  // namespace runtime::mdrun
