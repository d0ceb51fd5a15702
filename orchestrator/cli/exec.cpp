// `exec`: enters a running container from this very process, so that nobody stands between it and the
// terminal.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/exec_process.hpp"
#include "orchestrator/cli/running.hpp"
#include "orchestrator/cli/stack.hpp"
#include "runtime/attach/accompany.hpp"
#include "runtime/attach/raw_terminal.hpp"
#include "runtime/cgroup/cgroup.hpp"
#include "runtime/container/container.hpp"
#include "runtime/spec/json.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;

std::optional<std::string> own_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

runtime::Stdio streams(const Options& options) {
  if (options.flag("detach")) return {};
  const bool without_input = options.given("interactive") && !options.flag("interactive");
  return {.in = without_input ? -1 : STDIN_FILENO, .out = STDOUT_FILENO, .err = STDERR_FILENO};
}

bool wants_terminal(const Options& options) {
  const bool possible = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (options.flag("tty") && !possible) throw UsageError("--tty wants a terminal, and this is none");
  const bool unwanted = options.flag("no-tty") || (options.given("tty") && !options.flag("tty"));
  return possible && !unwanted && !options.flag("detach");
}

int stay_with(runtime::Started& started, bool terminal, runtime::sys::BlockedSignals& signals) {
  if (!terminal) return runtime::accompany(started.pidfd(), signals).shell_code();
  const runtime::sys::unique_fd console = started.take_console();
  const runtime::RawTerminal raw(STDIN_FILENO);
  runtime::copy_terminal_size(STDIN_FILENO, console.get());
  return runtime::accompany_on_terminal(started.pidfd(), signals, STDIN_FILENO, STDOUT_FILENO, console.get())
      .shell_code();
}

}  // namespace

int exec(const Options& options) {
  if (options.operands().size() < 2) throw UsageError("exec wants a service and a command");
  const Target target = target_of(options);
  const Instance instance = running_container(target, options.operands().front(), options.number("index"));
  const runtime::sys::unique_fd process = open_process(instance);
  const runtime::Spec spec =
      runtime::spec_from_json(runtime::sys::read_file(target.paths.spec_file(instance.id)));
  const auto cgroup = runtime::cgroup::Cgroup::open({instance.cgroup_unified, instance.cgroup_v1});
  const bool terminal = wants_terminal(options);
  runtime::sys::BlockedSignals signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH};
  runtime::Started started =
      runtime::exec({.pidfd = process.get(), .pid = instance.pid, .cgroup = &cgroup}, spec,
                    exec_process(spec.process, options, terminal, own_environment),
                    {.stdio = streams(options), .die_with_parent = !options.flag("detach")});
  try {
    started.wait_ready();
    started.release();
    started.wait_started();
  } catch (const runtime::StartError& error) {
    runtime::sys::wait_pidfd(started.pidfd());
    fmt::print(stderr, "mdcompose: {}\n", error.what());
    return error.exit_code();
  }
  return options.flag("detach") ? 0 : stay_with(started, terminal, signals);
}

}  // namespace orchestrator::cli
