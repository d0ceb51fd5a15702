// exec: one more process in a container.
#include <fmt/format.h>
#include <linux/capability.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "runtime/container/container.hpp"
#include "runtime/mdrun/commands.hpp"
#include "runtime/mdrun/console.hpp"
#include "runtime/mdrun/exec_process.hpp"
#include "runtime/mdrun/life.hpp"
#include "runtime/spec/json.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

Process own_process(const Spec& spec, const Arguments& arguments) {
  const auto file = arguments.text("process");
  if (!file) return spec.process;
  if (arguments.operands().size() > 1) throw UsageError("--process names a command already");
  try {
    Process process = process_from_json(sys::read_file(*file));
    if (!process.capabilities) process.capabilities.emplace();
    return process;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(*file + ": " + error.what());
  }
}

/// Throws where nothing can be entered.
sys::unique_fd find_running(const Entry& entry, const Record& record, bool ignore_paused) {
  auto process = find_process(record.process);
  const Status status = status_of(entry, record);
  const bool usable =
      status == Status::created || status == Status::running || (status == Status::paused && ignore_paused);
  if (!process || !usable)
    throw std::runtime_error(
        fmt::format("nothing can be run in container {}: it is {}", entry.id(), to_string(status)));
  return std::move(*process);
}

/// An ordinary user may enter what his user namespace owns once he is in that one. This process has nothing
/// else to do.
void enter_own_user_namespace(const Spec& spec, int target) {
  if (spec.linux.uid_mappings.empty() || sys::has_capability(CAP_SYS_ADMIN)) return;
  sys::setns(target, CLONE_NEWUSER, "the container's user namespace");
  if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
    sys::throw_errno("become root of the user namespace");
}

/// What has to happen before the new process may execute.
void hand_over(Started& started, const std::string& console_socket, const std::string& pid_file) {
  started.wait_ready();
  if (!console_socket.empty()) send_console(started.take_console().get(), console_socket);
  if (!pid_file.empty()) sys::replace_file(pid_file, std::to_string(started.pid()), 0644);
}

int run_process(Started& started, const Arguments& arguments, bool own_console,
                sys::BlockedSignals& signals) {
  hand_over(started, arguments.text("console-socket").value_or(""), arguments.text("pid-file").value_or(""));
  const sys::unique_fd console = own_console ? take_console(started) : sys::unique_fd();
  started.release();
  started.wait_started();
  return arguments.has("detach") ? 0 : stay_with(started.pidfd(), console, signals).shell_code();
}

}  // namespace

int exec(const Arguments& arguments, const Settings& settings) {
  settings.seal();
  const Entry entry = Store(settings.root).get(arguments.operands().front());
  const Record record = entry.record();
  const sys::unique_fd target = find_running(entry, record, arguments.has("ignore-paused"));
  const Spec spec = spec_of(entry, record);
  const Process process = exec_process(own_process(spec, arguments), arguments);
  const bool detach = arguments.has("detach");
  const std::string socket = arguments.text("console-socket").value_or("");
  check_console(process.terminal, detach, socket);
  const auto group = cgroup::Cgroup::open(record.cgroup);
  enter_own_user_namespace(spec, target.get());
  sys::BlockedSignals signals = forwarded_signals();
  ::signal(SIGPIPE, SIG_IGN);
  Started started =
      runtime::exec({.pidfd = target.get(), .pid = record.process.pid, .cgroup = &group}, spec, process,
                    {.stdio = {.in = STDIN_FILENO, .out = STDOUT_FILENO, .err = STDERR_FILENO},
                     .die_with_parent = !detach,
                     .preserved = arguments.number("preserve-fds")});
  try {
    return run_process(started, arguments, process.terminal && socket.empty(), signals);
  } catch (...) {
    sys::pidfd_send_signal(started.pidfd(), SIGKILL);
    throw;
  }
}

}  // namespace runtime::mdrun
