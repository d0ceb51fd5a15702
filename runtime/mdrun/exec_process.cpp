#include "runtime/mdrun/exec_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "runtime/spec/capability.hpp"
#include "runtime/spec/environment.hpp"

namespace runtime::mdrun {
namespace {

void add_capability(Process& process, const std::string& name) {
  if (!capability_number(name)) throw UsageError("unknown capability " + name);
  if (!process.capabilities) process.capabilities.emplace();
  Capabilities& sets = *process.capabilities;
  for (auto* set : {&sets.bounding, &sets.effective, &sets.permitted})
    if (std::find(set->begin(), set->end(), name) == set->end()) set->push_back(name);
}

std::uint32_t group_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw UsageError(fmt::format("--additional-gids wants a number, not \"{}\"", text));
  return number;
}

}  // namespace

Process exec_process(const Process& own, const Arguments& arguments) {
  Process process = own;
  if (!arguments.has("process")) {
    process.args.assign(arguments.operands().begin() + 1, arguments.operands().end());
    process.terminal = false;
  }
  if (process.args.empty()) throw UsageError("exec wants a command");
  if (arguments.has("tty")) process.terminal = true;
  if (const auto directory = arguments.text("cwd")) process.cwd = *directory;
  if (const auto user = arguments.text("user")) process.user = {.umask = own.user.umask, .name = *user};
  for (const std::string& group : arguments.list("additional-gids"))
    process.user.additional_gids.push_back(group_number(group));
  for (const std::string& entry : arguments.list("env")) {
    if (entry.find('=') == std::string::npos)
      throw UsageError(fmt::format("--env wants NAME=VALUE, not \"{}\"", entry));
    set_variable(process.env, entry);
  }
  for (const std::string& name : arguments.list("cap")) add_capability(process, name);
  if (arguments.has("no-new-privs")) process.no_new_privileges = true;
  if (const auto profile = arguments.text("apparmor")) process.apparmor_profile = *profile;
  if (const auto label = arguments.text("process-label")) process.selinux_label = *label;
  return process;
}

}  // namespace runtime::mdrun
