#include "orchestrator/cli/stack.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "orchestrator/project/names.hpp"
#include "orchestrator/state/definition.hpp"
#include "runtime/container/user.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

/// A unit of systemd's system manager has no HOME, and "~" is not the root directory.
std::string home_of_user() {
  const auto users = runtime::sys::read_file_if_exists("/etc/passwd");
  return runtime::resolve_user({.uid = ::geteuid()}, users.value_or(""), "").home;
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  if (std::string& home = variables["HOME"]; home.empty()) home = home_of_user();
  return variables;
}

/// What `load` returns; a LoadError becomes a UsageError with everything that is wrong.
template <class Load>
auto or_usage_error(Load load) {
  try {
    return load();
  } catch (const compose::LoadError& error) {
    throw UsageError(rendered(error.diagnostics()));
  }
}

}  // namespace

std::string rendered(const std::vector<compose::Diagnostic>& findings) {
  std::string text;
  for (const compose::Diagnostic& one : findings) text += (text.empty() ? "" : "\n") + compose::render(one);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

compose::LoadOptions load_options(const Options& options, const std::vector<std::string>& services) {
  return {.files = options.list("file"),
          .env_files = options.list("env-file"),
          .profiles = options.list("profile"),
          .services = services,
          .project_name = options.text("project-name").value_or(""),
          .project_directory = options.text("project-directory").value_or(""),
          .working_directory = std::filesystem::current_path(),
          .environment = environment()};
}

void warn(const Options& options, const std::vector<compose::Diagnostic>& findings) {
  if (findings.empty()) return;
  if (options.flag("strict")) throw UsageError(rendered(findings));
  for (const compose::Diagnostic& one : findings)
    fmt::print(stderr, "warning: {}{}\n", compose::one_line(one), one.hint.empty() ? "" : "; " + one.hint);
}

compose::Model load_model(const Options& options, const compose::LoadOptions& load) {
  compose::Model model = or_usage_error([&] { return compose::load_model(load); });
  warn(options, model.warnings);
  return model;
}

compose::Loaded load_files(const Options& options, const std::vector<std::string>& services) {
  compose::Loaded loaded = or_usage_error([&] { return compose::load(load_options(options, services)); });
  warn(options, loaded.model.warnings);
  return loaded;
}

namespace {

/// The stack was made from the file that --file names, or from one that is looked for here.
bool is_meant(const project::Project& project, const Options& options) {
  const std::string here = std::filesystem::current_path();
  return std::any_of(project.files.begin(), project.files.end(), [&](const std::string& file) {
    const std::filesystem::path path(file);
    for (const std::string& given : options.list("file"))
      if (std::filesystem::absolute(given).lexically_normal() == path) return true;
    return !options.given("file") && path.parent_path() == here;
  });
}

/// Whoever has broken the stack file can end what was made from it all the same.
std::string without_files(const Options& options, const state::Roots& roots) try {
  for (const std::string& name : state::known_projects(roots)) {
    const auto project = state::load_project(state::paths_of(roots, name));
    if (project && is_meant(*project, options))
      return "\nwhat was made from it needs no stack file where it is named: mdcompose --project-name " +
             name;
  }
  return "";
} catch (const std::runtime_error&) {
  return "";  // what is wrong with the stack file is what counts
}

/// Nothing is started from it: what only the runtime refuses is in nobody's way.
compose::Model model_of_target(const Options& options, const state::Roots& roots) {
  try {
    return load_model(options, load_options(options, {}));
  } catch (const UsageError& error) {
    throw UsageError(error.what() + without_files(options, roots));
  }
}

}  // namespace

Target target_of(const Options& options) {
  const state::Roots roots = state::default_roots();
  std::string name = options.text("project-name").value_or("");
  const char* variable = std::getenv("COMPOSE_PROJECT_NAME");
  if (name.empty() && variable != nullptr) name = variable;
  if (!name.empty() && !project::is_project_name(name))
    throw UsageError(fmt::format("invalid project name \"{}\": {}", name, project::kProjectNameRule));
  if (!name.empty() && !options.given("file"))
    return {.roots = roots,
            .paths = state::paths_of(roots, name),
            .environment = compose::Environment(environment())};
  const compose::Model model = model_of_target(options, roots);
  Target target{
      .roots = roots, .paths = state::paths_of(roots, model.name), .environment = model.environment};
  if (const compose::Node* services = model.tree.find("services"))
    for (const compose::Entry& service : services->map) target.services.push_back(service.key);
  for (const compose::Entry& service : model.disabled.map) target.services.push_back(service.key);
  return target;
}

}  // namespace orchestrator::cli
