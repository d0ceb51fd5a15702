#include "orchestrator/cli/exec_process.hpp"

#include <algorithm>

namespace orchestrator::cli {
namespace {

std::string name_of(const std::string& assignment) { return assignment.substr(0, assignment.find('=')); }

bool has(const std::vector<std::string>& env, const std::string& name) {
  return std::any_of(env.begin(), env.end(),
                     [&](const std::string& entry) { return name_of(entry) == name; });
}

void set(std::vector<std::string>& env, const std::string& assignment) {
  std::erase_if(env, [&](const std::string& entry) { return name_of(entry) == name_of(assignment); });
  env.push_back(assignment);
}

}  // namespace

runtime::Process exec_process(const runtime::Process& own, const Options& options, bool terminal,
                              const Environment& environment) {
  runtime::Process process = own;
  const auto& words = options.operands();
  process.args.assign(words.begin() + 1, words.end());
  process.terminal = terminal;
  for (const std::string& entry : options.list("env")) {
    if (entry.find('=') != std::string::npos) {
      set(process.env, entry);
    } else if (const auto value = environment(entry)) {
      set(process.env, entry + "=" + *value);
    }
  }
  if (terminal && !has(process.env, "TERM")) process.env.emplace_back("TERM=xterm");
  if (const auto user = options.text("user")) process.user = {.name = *user};
  if (const auto directory = options.text("workdir")) process.cwd = *directory;
  if (options.flag("privileged")) process.capabilities.reset();
  return process;
}

}  // namespace orchestrator::cli
