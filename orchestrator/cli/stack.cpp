#include "orchestrator/cli/stack.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace orchestrator::cli {
namespace {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
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

std::string all_findings(const compose::LoadError& error) {
  std::string text;
  for (const compose::Diagnostic& one : error.diagnostics())
    text += (text.empty() ? "" : "\n") + compose::render(one);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

compose::Loaded load_files(const Options& options, const std::vector<std::string>& services) {
  try {
    compose::Loaded loaded = compose::load(load_options(options, services));
    for (const compose::Diagnostic& warning : loaded.warnings)
      fmt::print(stderr, "warning: {}\n", compose::one_line(warning));
    return loaded;
  } catch (const compose::LoadError& error) {
    throw UsageError(all_findings(error));
  }
}

project::Project load_stack(const Options& options, const std::vector<std::string>& services) {
  return load_files(options, services).project;
}

Target target_of(const Options& options) {
  const state::Roots roots = state::default_roots();
  std::string name = options.text("project-name").value_or("");
  const char* variable = std::getenv("COMPOSE_PROJECT_NAME");
  if (name.empty() && variable != nullptr) name = variable;
  if (!name.empty()) return {.roots = roots, .paths = state::paths_of(roots, name)};
  const project::Project project = load_stack(options, {});
  Target target{.roots = roots, .paths = state::paths_of(roots, project.name)};
  for (const auto& [service, definition] : project.services) target.services.push_back(service);
  for (const auto& [service, definition] : project.disabled) target.services.push_back(service);
  return target;
}

}  // namespace orchestrator::cli
