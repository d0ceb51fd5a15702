#include "orchestrator/cli/lost_variables.hpp"

#include <utility>

#include "orchestrator/project/json.hpp"

namespace orchestrator::cli {
namespace {

/// All of it as text; empty where it cannot be read.
std::string stack_of(const compose::LoadOptions& load) {
  try {
    return project::to_json(compose::load(load).project);
  } catch (const compose::LoadError&) {
    return "";
  }
}

}  // namespace

std::set<std::string> needed_variables(compose::LoadOptions load) {
  const std::string whole = stack_of(load);
  const auto shell = std::exchange(load.environment, {});
  if (stack_of(load) == whole) return {};
  std::set<std::string> needed;
  load.environment = shell;
  for (const auto& [name, value] : shell) {
    load.environment.erase(name);
    if (stack_of(load) == whole) continue;
    load.environment.emplace(name, value);
    needed.insert(name);
  }
  return needed;
}

}  // namespace orchestrator::cli
