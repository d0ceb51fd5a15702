#include "runtime/mdrun/hooks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

/// False where the process has not ended in time.
bool wait_end(int pidfd, std::optional<int> seconds) {
  pollfd ended{.fd = pidfd, .events = POLLIN, .revents = 0};
  const int milliseconds = seconds ? *seconds * 1000 : -1;
  return sys::retry([&] { return ::poll(&ended, 1, milliseconds); }) != 0;
}

std::string first_line_of(int file) {
  if (::lseek(file, 0, SEEK_SET) != 0) sys::throw_errno("read what a hook has said");
  const std::string text = sys::read_all(file);
  return text.substr(0, text.find('\n'));
}

/// Throws where the hook does not end well, in time.
void await(const Hook& hook, int pidfd, int output) {
  if (!wait_end(pidfd, hook.timeout)) {
    sys::pidfd_send_signal(pidfd, SIGKILL);
    sys::wait_pidfd(pidfd);
    throw std::runtime_error(fmt::format("it has not ended within {} s", *hook.timeout));
  }
  const sys::ExitStatus status = *sys::wait_pidfd(pidfd);
  if (status == sys::ExitStatus{}) return;
  const std::string said = first_line_of(output);
  throw std::runtime_error(fmt::format("{} {}{}{}", status.signalled ? "killed by signal" : "exit status",
                                       status.code, said.empty() ? "" : ": ", said));
}

void run(const Hook& hook, const std::string& state, const Target& target, const Spec& spec,
         Process process) {
  process.args = hook.args.empty() ? std::vector{hook.path} : hook.args;
  process.env = hook.env;
  const sys::unique_fd input = sys::memory_file("state", state, false);
  const sys::unique_fd output = sys::memory_file("output", "", false);
  Started started =
      exec(target, spec, process,
           {.stdio = {.in = input.get(), .out = output.get(), .err = output.get()}, .program = hook.path});
  try {
    started.wait_ready();
    started.release();
    started.wait_started();
  } catch (const StartError&) {
    sys::wait_pidfd(started.pidfd());
    throw;
  }
  await(hook, started.pidfd(), output.get());
}

void run_all(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
             const Target& target, const Spec& spec, const Process& process) {
  for (const Hook& hook : hooks) {
    try {
      run(hook, state, target, spec, process);
    } catch (const std::exception& error) {
      throw HookError(fmt::format("{} hook {}: {}", name, hook.path, error.what()));
    }
  }
}

}  // namespace

void run_hooks(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
               const std::string& bundle) {
  if (hooks.empty()) return;
  const sys::unique_fd ourselves = sys::pidfd_open(::getpid());
  run_all(name, hooks, state, {.pidfd = ourselves.get(), .pid = ::getpid()}, Spec{},
          {.cwd = bundle, .user = {.uid = ::geteuid(), .gid = ::getegid()}});
}

void run_hooks_in_built(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
                        const Target& target, const std::string& bundle) {
  run_all(name, hooks, state, target, Spec{}, {.cwd = bundle});
}

void run_hooks_inside(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
                      const Target& target, const Spec& spec) {
  Process process = spec.process;
  process.terminal = false;
  run_all(name, hooks, state, target, spec, process);
}

}  // namespace runtime::mdrun
