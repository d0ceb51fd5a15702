// `systemd`: a unit that brings the stack up at boot and down at shutdown.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/lost_variables.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/unit.hpp"
#include "orchestrator/cli/up_request.hpp"
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

/// The stack as the unit reads it, with this shell's variables.
compose::LoadOptions at_boot(const Options& options, const compose::Model& model) {
  compose::LoadOptions load = load_options(options, options.operands());
  load.files = model.files;
  load.env_files.clear();
  for (const std::string& file : list_or_variable(options, "env-file", "COMPOSE_ENV_FILES"))
    load.env_files.push_back(absolute(file));
  load.profiles = list_or_variable(options, "profile", "COMPOSE_PROFILES");
  load.project_name = model.name;
  if (!load.project_directory.empty()) load.project_directory = absolute(load.project_directory);
  load.working_directory = model.directory;
  return load;
}

void warn_of_lost(const std::set<std::string>& names) {
  if (names.empty()) return;
  fmt::print(
      stderr,
      "warning: the stack needs variables that only this shell has set: {}; write them to .env or to an "
      "--env-file for them to be known at boot\n",
      fmt::join(names, ", "));
}

}  // namespace

int systemd(const Options& options) {
  const compose::Loaded loaded = load_files(options, options.operands());
  check_services(loaded.project, {.services = options.operands()});
  Unit unit{.project = loaded.project.name,
            .directory = loaded.model.directory,
            .program = std::filesystem::read_symlink("/proc/self/exe"),
            .stack = stack_options(options, loaded.model),
            .services = options.operands(),
            .stop_timeout = stop_timeout(loaded.project),
            .for_user = options.flag("user")};
  std::set<std::string> lost = needed_variables(at_boot(options, loaded.model));
  for (const char* name : kPassedOn) {
    lost.erase(name);
    if (const std::string value = variable(name); !value.empty()) unit.environment[name] = value;
  }
  // systemd sets it for some units only, and it is no secret.
  if (lost.erase("HOME") != 0) unit.environment["HOME"] = loaded.model.environment.value_of("HOME");
  const std::string text = unit_text(unit);
  warn_of_lost(lost);
  if (const auto file = options.text("output"))
    runtime::sys::replace_file(*file, text, 0644);
  else
    fmt::print("{}", text);
  return 0;
}

}  // namespace orchestrator::cli
