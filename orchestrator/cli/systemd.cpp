// `systemd`: a unit that brings the stack up at boot and down at shutdown.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/unit.hpp"
#include "orchestrator/cli/variables.hpp"
#include "orchestrator/compose/short_forms.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;

/// What this program itself listens to and nothing on the command line says.
constexpr std::array kPassedOn{"MDCOMPOSE_RUNTIME_DIR", "MDCOMPOSE_DATA_DIR", "COMPOSE_DISABLE_ENV_FILE"};
constexpr auto kRemoval = 30s;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).lexically_normal(); }

/// Given on the command line, else by this variable.
std::vector<std::string> list_or_variable(const Options& options, std::string_view name, const char* other) {
  if (options.given(name)) return options.list(name);
  return variable(other).empty() ? std::vector<std::string>{} : compose::split(variable(other), ',');
}

std::vector<std::string> stack_options(const Options& options, const compose::Model& model) {
  std::vector<std::string> words{"--project-name", model.name};
  const auto add = [&](const char* option, const std::string& value) {
    words.insert(words.end(), {option, value});
  };
  if (const auto directory = options.text("project-directory"))
    add("--project-directory", absolute(*directory));
  for (const std::string& file : model.files) {
    if (file == "-") throw UsageError("a stack file from standard input is not there at boot");
    add("--file", file);
  }
  for (const std::string& file : list_or_variable(options, "env-file", "COMPOSE_ENV_FILES"))
    add("--env-file", absolute(file));
  for (const std::string& profile : list_or_variable(options, "profile", "COMPOSE_PROFILES"))
    add("--profile", profile);
  return words;
}

/// One service after the other takes its whole grace period at worst. Hooks before may take as long as they
/// need; at shutdown another grace period has to do.
std::chrono::seconds stop_timeout(const project::Project& project) {
  std::chrono::nanoseconds all = kRemoval;
  for (const auto& [name, service] : project.services)
    all += service.stop_grace_period.value_or(project::kStopGracePeriod) * (service.pre_stop.empty() ? 1 : 2);
  return std::chrono::ceil<std::chrono::seconds>(all);
}

/// At boot there is no shell.
void warn_of_lost_variables(const Options& options, const compose::Model& model) {
  compose::LoadOptions load = load_options(options, options.operands());
  load.fills_in = false;
  std::string lost;
  for (const std::string& name : variable_names(compose::load_model(load)))
    if (model.environment.find(name) && model.environment.origin(name) == "the environment")
      lost += (lost.empty() ? "" : ", ") + name;
  if (!lost.empty())
    fmt::print(stderr,
               "warning: the stack file uses variables that only this shell has set: {}; write them to .env "
               "or to an "
               "--env-file for them to be known at boot\n",
               lost);
}

}  // namespace

int systemd(const Options& options) {
  const compose::Loaded loaded = load_files(options, options.operands());
  Unit unit{.project = loaded.project.name,
            .directory = loaded.model.directory,
            .program = std::filesystem::read_symlink("/proc/self/exe"),
            .stack = stack_options(options, loaded.model),
            .services = options.operands(),
            .stop_timeout = stop_timeout(loaded.project),
            .for_user = options.flag("user")};
  warn_of_lost_variables(options, loaded.model);
  for (const char* name : kPassedOn)
    if (const std::string value = variable(name); !value.empty()) unit.environment[name] = value;
  const std::string text = unit_text(unit);
  if (const auto file = options.text("output"))
    runtime::sys::replace_file(*file, text, 0644);
  else
    fmt::print("{}", text);
  return 0;
}

}  // namespace orchestrator::cli
