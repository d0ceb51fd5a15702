// create, start and run: a container's way into being.
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "runtime/container/gate.hpp"
#include "runtime/mdrun/commands.hpp"
#include "runtime/mdrun/console.hpp"
#include "runtime/mdrun/hooks.hpp"
#include "runtime/mdrun/life.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::mdrun {
namespace {

bool is_bundle(const std::string& path, const std::string& config) {
  return sys::exists(path + "/" + config);
}

std::string random_id() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) sys::throw_errno("make an id");
  return fmt::format("mdrun-{:016x}", number);
}

struct Wanted {
  std::string bundle{};
  std::string id{};
};

/// `run ID` in a bundle is what other runtimes know; `run BUNDLE` and `run BUNDLE ID` are ours.
Wanted wanted(const Arguments& arguments, const std::string& config) {
  const auto& words = arguments.operands();
  if (words.size() == 2) {
    if (arguments.has("bundle")) throw UsageError("the bundle is named twice");
    return {.bundle = words[0], .id = words[1]};
  }
  if (const auto bundle = arguments.text("bundle")) return {.bundle = *bundle, .id = words.front()};
  const std::string& word = words.front();
  const bool is_path = word.find('/') != std::string::npos || word == ".";
  if (is_path || (!is_bundle(".", config) && is_bundle(word, config)))
    return {.bundle = word, .id = random_id()};
  return {.bundle = ".", .id = word};
}

PrepareOptions prepare_options(const Arguments& arguments, const std::string& id) {
  return {.id = id,
          .console_socket = arguments.text("console-socket").value_or(""),
          .pid_file = arguments.text("pid-file").value_or(""),
          .preserved_fds = arguments.number("preserve-fds")};
}

}  // namespace

int create(const Arguments& arguments, const Settings& settings) {
  settings.seal();
  const Bundle bundle =
      load_bundle(arguments.text("bundle").value_or("."), arguments.text("config").value_or("config.json"));
  PrepareOptions options = prepare_options(arguments, arguments.operands().front());
  check_console(bundle.spec.process.terminal, true, options.console_socket);
  options.behind_gate = true;
  Prepared it = prepare(bundle, options, settings);
  it.started.release();
  it.started.wait_started();
  return 0;
}

int start(const Arguments& arguments, const Settings& settings) {
  const Entry entry = Store(settings.root).get_locked(arguments.operands().front());
  const Record record = entry.record();
  const Status status = status_of(entry, record);
  if (status != Status::created)
    throw std::runtime_error(
        fmt::format("container {} cannot be started: it is {}", entry.id(), to_string(status)));
  const Spec spec = record.hooks ? spec_of(entry, record) : Spec{};
  if (!spec.hooks.start_container.empty()) settings.seal();
  try {
    execute(record, spec, [&] {
      if (!open_gate(entry.path())) throw std::runtime_error("container " + entry.id() + " has just ended");
    });
  } catch (const HookError&) {
    destroy(entry, record, spec.hooks.poststop, settings.log);
    throw;
  } catch (const StartError&) {
    // It has said why and is about to exit: whoever asks next finds it stopped.
    end_process(record);
    throw;
  }
  return 0;
}

int run(const Arguments& arguments, const Settings& settings) {
  settings.seal();
  const std::string config = arguments.text("config").value_or("config.json");
  const Wanted what = wanted(arguments, config);
  const Bundle bundle = load_bundle(what.bundle, config);
  const PrepareOptions options = prepare_options(arguments, what.id);
  const bool detach = arguments.has("detach");
  const bool own_console = bundle.spec.process.terminal && options.console_socket.empty();
  check_console(bundle.spec.process.terminal, detach, options.console_socket);
  sys::BlockedSignals signals = forwarded_signals();
  // A closed pipe is an error that is told, not the end of a program that has still to clean up.
  ::signal(SIGPIPE, SIG_IGN);
  Prepared it = prepare(bundle, options, settings);
  const std::vector<Hook>& poststop = bundle.spec.hooks.poststop;
  int status = 0;
  try {
    const sys::unique_fd console = own_console ? take_console(it.started) : sys::unique_fd();
    execute(it.record, bundle.spec, [&] {
      it.started.release();
      it.started.wait_started();
    });
    if (detach) return 0;
    it.entry.unlock();
    status = stay_with(it.started.pidfd(), console, signals).shell_code();
  } catch (...) {
    if (it.entry.lock()) destroy(it.entry, it.record, poststop, settings.log);
    throw;
  }
  if (!arguments.has("keep") && it.entry.lock()) destroy(it.entry, it.record, poststop, settings.log);
  return status;
}

}  // namespace runtime::mdrun
