#include "orchestrator/compose/project_name.hpp"

#include <stdexcept>

#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/interpolate.hpp"
#include "orchestrator/project/names.hpp"

namespace orchestrator::compose {
namespace {

void require_normal(const std::string& name, const std::string& from) {
  if (project::is_project_name(name)) return;
  throw LoadError(
      "invalid project name " + quoted(name) + " in " + from + ": " + std::string(project::kProjectNameRule),
      did_you_mean(normal_project_name(name)));
}

const Node* last_name(const std::vector<Node>& names) {
  const Node* last = nullptr;
  for (const Node& name : names)
    if (name.is_text() && !name.text.empty()) last = &name;
  return last;
}

std::string filled(const Node& name, const Environment& environment) {
  try {
    return substitute(name.text, [&](std::string_view wanted) { return environment.find(wanted); }).text;
  } catch (const std::invalid_argument& error) {
    throw LoadError(name.place, std::string("name: ") + error.what());
  }
}

}  // namespace

std::string normal_project_name(std::string_view name) {
  std::string clean;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool letter = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (letter || (!clean.empty() && (lower == '-' || lower == '_'))) clean += lower;
  }
  return clean;
}

std::string project_name(const NameSources& sources, const Environment& environment, Findings& findings) {
  if (!sources.given.empty()) {
    require_normal(sources.given, "--project-name");
    return sources.given;
  }
  if (const std::string name = environment.value_of("COMPOSE_PROJECT_NAME"); !name.empty()) {
    require_normal(name, "COMPOSE_PROJECT_NAME");
    return name;
  }
  const Node* written = last_name(sources.written);
  std::string name;
  if (written != nullptr) {
    const std::string said = sources.fills_in ? filled(*written, environment) : written->text;
    name = normal_project_name(said);
    if (!name.empty() && name != said)
      findings.warning(written->place,
                       "the project is called " + quoted(name) + ": " + quoted(said) + " is no project name");
  }
  if (name.empty()) name = normal_project_name(base_name(sources.directory));
  if (name.empty()) throw LoadError("the project has no name", "give one with --project-name");
  return name;
}

}  // namespace orchestrator::compose
