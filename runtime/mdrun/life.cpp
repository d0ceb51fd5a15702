#include "runtime/mdrun/life.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "runtime/mdrun/console.hpp"
#include "runtime/mdrun/documents.hpp"
#include "runtime/mdrun/group.hpp"
#include "runtime/mdrun/hooks.hpp"
#include "runtime/spec/json.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

/// A killed process ends at once, unless it is in an uninterruptible call.
constexpr int kEndMilliseconds = 10'000;

Record fresh_record(const Bundle& bundle, const std::string& id) {
  const Hooks& hooks = bundle.spec.hooks;
  return {.id = id,
          .bundle = bundle.path,
          .rootfs = bundle.spec.root.path,
          .created = now(),
          .owner = ::geteuid(),
          .hooks = !hooks.start_container.empty() || !hooks.poststart.empty() || !hooks.poststop.empty(),
          .annotations = bundle.spec.annotations};
}

bool has_create_hooks(const Hooks& hooks) {
  return !hooks.prestart.empty() || !hooks.create_runtime.empty() || !hooks.create_container.empty();
}

void make_process(Prepared& it, const Spec& spec, const PrepareOptions& options) {
  Gate gate;
  if (options.behind_gate) gate = make_gate(it.entry.path());
  it.started = create(spec, it.group ? &*it.group : nullptr,
                      {.stdio = {.in = STDIN_FILENO, .out = STDOUT_FILENO, .err = STDERR_FILENO},
                       .preserved = options.preserved_fds,
                       .pause_built = has_create_hooks(spec.hooks),
                       .gate = options.behind_gate ? &gate : nullptr});
  it.record.process = identify(it.started.pid(), it.started.pidfd());
}

void run_create_hooks(Prepared& it, const Hooks& hooks) {
  if (!has_create_hooks(hooks)) return;
  it.started.wait_built();
  it.entry.save(it.record);  // hooks may ask for the state
  const std::string state = state_json(it.record, Status::creating);
  const std::string& bundle = it.record.bundle;
  run_hooks("prestart", hooks.prestart, state, bundle);
  run_hooks("createRuntime", hooks.create_runtime, state, bundle);
  run_hooks_in_built("createContainer", hooks.create_container, state,
                     {.pidfd = it.started.pidfd(), .pid = it.started.pid()}, bundle);
  it.started.proceed();
}

/// Before the process may execute it is on disk who it is.
void write_identity(Prepared& it, const PrepareOptions& options) {
  it.record.phase = options.behind_gate ? Phase::created : Phase::running;
  it.entry.save(it.record);
  if (!options.pid_file.empty()) sys::replace_file(options.pid_file, std::to_string(it.started.pid()), 0644);
}

void abandon(Prepared& it, const Hooks& hooks, const Log& log) {
  if (it.started.pidfd() >= 0) {
    sys::pidfd_send_signal(it.started.pidfd(), SIGKILL);
    sys::wait_pidfd(it.started.pidfd());
  }
  // Hooks belong to a container that has come into being.
  destroy(it.entry, it.record, it.started.pidfd() >= 0 ? hooks.poststop : std::vector<Hook>{}, log);
}

}  // namespace

Prepared prepare(const Bundle& bundle, const PrepareOptions& options, const Settings& settings) {
  const Spec& spec = bundle.spec;
  Prepared it{.entry = Store(settings.root).create(options.id), .record = fresh_record(bundle, options.id)};
  try {
    const cgroup::Hierarchy hierarchy = settings.cgroups ? cgroup::detect() : cgroup::Hierarchy{};
    if (settings.cgroups) plan_group(hierarchy, spec, it.record);
    it.entry.save(it.record);
    if (settings.cgroups) it.group = make_group(hierarchy, spec, it.record, settings.log);
    make_process(it, spec, options);
    // While it builds its world.
    if (it.group) limit_devices(*it.group, spec, settings.log);
    it.entry.save_config(bundle.config);
    run_create_hooks(it, spec.hooks);
    it.started.wait_ready();
    if (!options.console_socket.empty())
      send_console(it.started.take_console().get(), options.console_socket);
    write_identity(it, options);
    return it;
  } catch (...) {
    abandon(it, spec.hooks, settings.log);
    throw;
  }
}

void execute(const Record& record, const Spec& spec, const std::function<void()>& let_go) {
  const Hooks& hooks = spec.hooks;
  if (!hooks.start_container.empty()) {
    const auto process = find_process(record.process);
    if (!process) throw std::runtime_error("container " + record.id + " has ended");
    const auto group = cgroup::Cgroup::open(record.cgroup);
    run_hooks_inside("startContainer", hooks.start_container, state_json(record, Status::created),
                     {.pidfd = process->get(), .pid = record.process.pid, .cgroup = &group}, spec);
  }
  let_go();
  run_hooks("poststart", hooks.poststart, state_json(record, Status::running), record.bundle);
}

void end_process(const Record& record) {
  const auto process = find_process(record.process);
  if (!process) return;
  sys::pidfd_send_signal(process->get(), SIGKILL);
  pollfd ended{.fd = process->get(), .events = POLLIN, .revents = 0};
  if (sys::retry([&] { return ::poll(&ended, 1, kEndMilliseconds); }) == 0)
    throw std::runtime_error("container " + record.id + " does not end: its process cannot be killed now");
}

void destroy(const Entry& entry, const Record& record, const std::vector<Hook>& poststop, const Log& log) {
  end_process(record);
  if (!remove_group(record))
    throw std::runtime_error("container " + record.id +
                             " is not gone: one of its processes cannot be killed now");
  entry.remove();
  for (const Hook& hook : poststop) {
    try {
      run_hooks("poststop", {hook}, state_json(record, Status::stopped), record.bundle);
    } catch (const HookError& error) {
      log.warn(error.what());
    }
  }
}

Spec spec_of(const Entry& entry, const Record& record) {
  const auto config = entry.config();
  if (!config) throw std::runtime_error("container " + entry.id() + " has not been created to the end");
  Spec spec = spec_from_json(*config);
  complete(spec, record.bundle);
  return spec;
}

}  // namespace runtime::mdrun
