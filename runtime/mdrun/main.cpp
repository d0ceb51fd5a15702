// From argv to a command; the one catch; the exit status.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "runtime/container/container.hpp"
#include "runtime/mdrun/commands.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/process.hpp"

namespace {

using namespace runtime::mdrun;

constexpr int kFailed = 1;
constexpr int kNotUnderstood = 2;
/// What a shell cannot tell from the program's own status, docker and env(1) use the same.
constexpr int kOursNotTheProgrammes = 125;

constexpr std::array kGlobal{
    Option{"root", 0, "DIR", "state directory; /run/mdrun or $XDG_RUNTIME_DIR/mdrun"},
    Option{"log", 0, "FILE", "append errors and warnings to FILE, too"},
    Option{"log-format", 0, "FORMAT", "of that file: text or json"},
    Option{"cgroup-manager", 0, "MANAGER", "cgroupfs or disabled"},
    Option{"systemd-cgroup", 0, nullptr, ""},
    Option{"help", 'h', nullptr, "this text; after a command: its options"},
    Option{"version", 'v', nullptr, "the version"}};
constexpr std::array kHelp{Option{"help", 'h', nullptr, "this text"}};

std::string general_help() {
  std::string text =
      "mdrun: runs containers from OCI bundles\n\nusage: mdrun [OPTION...] COMMAND [OPTION...] "
      "[OPERAND...]\n\n";
  for (const Command& command : commands()) text += fmt::format("  {:<10} {}\n", command.name, command.help);
  return text + "\n" + describe(kGlobal);
}

std::string help_of(const Command& command, const std::vector<Option>& options) {
  return fmt::format("{}: {}\n\nusage: mdrun {} [OPTION...]{}{}\n\n{}", command.name, command.help,
                     command.name, command.operands.empty() ? "" : " ", command.operands, describe(options));
}

const Command& command_called(const std::string& name) {
  const auto& table = commands();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Command& row) { return row.name == name; });
  if (found == table.end())
    throw UsageError("unknown command \"" + name + "\"; mdrun --help shows those there are");
  return *found;
}

/// Of root, /run; of others what their session gives them, as crun and podman do.
std::string default_root() {
  const char* session = std::getenv("XDG_RUNTIME_DIR");
  const bool own_run = ::access("/run", W_OK) == 0;
  return own_run || session == nullptr ? "/run/mdrun" : std::string(session) + "/mdrun";
}

Log log_of(const Arguments& global) {
  const std::string format = global.text("log-format").value_or("text");
  if (format != "text" && format != "json")
    throw UsageError("--log-format is text or json, not \"" + format + "\"");
  return {global.text("log").value_or(""), format == "json"};
}

bool wants_cgroups(const Arguments& global) {
  const std::string manager = global.text("cgroup-manager").value_or("cgroupfs");
  if (global.has("systemd-cgroup") || manager == "systemd")
    throw UsageError("cgroups of systemd are not supported, cgroupfs and disabled are");
  if (manager != "cgroupfs" && manager != "disabled")
    throw UsageError("--cgroup-manager is cgroupfs or disabled, not \"" + manager + "\"");
  return manager == "cgroupfs";
}

int show(const std::string& text) {
  fmt::print("{}", text);
  return 0;
}

int call(const Command& command, const std::vector<std::string>& words, const Settings& settings) {
  std::vector<Option> options(command.options.begin(), command.options.end());
  options.insert(options.end(), kHelp.begin(), kHelp.end());
  const Arguments arguments = parse(words, options, command.operands_end_options);
  if (arguments.has("help")) return show(help_of(command, options));
  const std::size_t count = arguments.operands().size();
  if (count < command.least) throw UsageError(fmt::format("{} wants {}", command.name, command.operands));
  if (count > command.most)
    throw UsageError(
        fmt::format("{} takes no operand \"{}\"", command.name, arguments.operands()[command.most]));
  return command.run(arguments, settings);
}

/// A command that could not tell its result has failed: `mdrun list > /dev/full`.
int flushed(int status) {
  if (std::fflush(stdout) != 0) runtime::sys::throw_errno("write to standard output");
  return status;
}

int complain(const Log& log, const std::exception& error, int status) {
  log.error(error.what());
  return status;
}

}  // namespace

int main(int argc, char* argv[]) {
  Log log;
  int failure = kFailed;
  try {
    const Arguments global = parse({argv, argv + argc}, kGlobal, true);
    if (global.has("version")) return flushed(show("mdrun version " MDRUN_VERSION "\nspec: 1.2.0\n"));
    if (global.has("help")) return flushed(show(general_help()));
    if (global.operands().empty())
      throw UsageError("a command is missing; mdrun --help shows those there are");
    log = log_of(global);
    const Command& command = command_called(global.operands().front());
    if (command.runs_a_program) failure = kOursNotTheProgrammes;
    const Settings settings{.root = global.text("root").value_or(default_root()),
                            .cgroups = wants_cgroups(global),
                            .log = log,
                            .seal = [&] {
                              runtime::sys::seal_own_binary(argv, ::environ);
                              runtime::sys::sanitise_descriptors();
                            }};
    return flushed(call(command, global.operands(), settings));
  } catch (const UsageError& error) {
    return complain(log, error, kNotUnderstood);
  } catch (const runtime::StartError& error) {
    return complain(log, error, error.exit_code() == kOursNotTheProgrammes ? failure : error.exit_code());
  } catch (const std::exception& error) {
    return complain(log, error, failure);
  }
}
