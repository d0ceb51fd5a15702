#include "orchestrator/supervisor/due_times.hpp"

#include <unistd.h>

#include <charconv>
#include <string>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

std::string file_of(const Stack& stack, const Member& member) {
  return stack.paths.instance_data(member.record.id) + "/due";
}

/// The stack file may be another one by the next boot.
std::string times_of(const Member& member) {
  const project::Schedule& schedule = *member.definition->service.schedule;
  return schedule.every ? "every " + std::to_string(schedule.every->count()) : schedule.cron;
}

}  // namespace

std::int64_t kept_due_time(const Stack& stack, const Member& member) {
  const std::string text = sys::read_file_if_exists(file_of(stack, member)).value_or("");
  std::int64_t due = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), due);
  const bool is_its_own = error == std::errc{} && text.substr(static_cast<std::size_t>(end - text.data())) ==
                                                      "\n" + times_of(member) + "\n";
  return is_its_own ? due : 0;
}

void keep_due_time(const Stack& stack, const Member& member, std::int64_t due_ns) {
  sys::make_directories(stack.paths.instance_data(member.record.id), 0700);
  // Not synced: most often hours pass before it is needed, and nobody is to wait for the disk.
  sys::replace_file(file_of(stack, member), std::to_string(due_ns) + "\n" + times_of(member) + "\n");
}

void drop_due_time(const Stack& stack, const Member& member) { ::unlink(file_of(stack, member).c_str()); }

}  // namespace orchestrator::supervisor
