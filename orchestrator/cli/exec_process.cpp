#include "orchestrator/cli/exec_process.hpp"

#include "runtime/spec/environment.hpp"

namespace orchestrator::cli {
runtime::Process exec_process(const runtime::Process& own, const Options& options, bool terminal,
                              const Environment& environment) {
  runtime::Process process = own;
  const auto& words = options.operands();
  process.args.assign(words.begin() + 1, words.end());
  process.terminal = terminal;
  for (const std::string& entry : options.list("env")) {
    if (entry.find('=') != std::string::npos) {
      runtime::set_variable(process.env, entry);
    } else if (const auto value = environment(entry)) {
      runtime::set_variable(process.env, entry + "=" + *value);
    }
  }
  if (terminal && !runtime::has_variable(process.env, "TERM")) process.env.emplace_back("TERM=xterm");
  if (const auto user = options.text("user")) process.user = {.name = *user};
  if (const auto directory = options.text("workdir")) process.cwd = *directory;
  if (options.flag("privileged")) process.capabilities.reset();
  return process;
}

}  // namespace orchestrator::cli
