// `config`: the stack as it is understood, after variables, overrides and short forms.
#include <fmt/format.h>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/compose/json.hpp"
#include "orchestrator/compose/print.hpp"
#include "orchestrator/project/json.hpp"

namespace orchestrator::cli {
namespace {

template <class Named>
int print_names(const Named& named) {
  for (const auto& [name, value] : named) fmt::print("{}\n", name);
  return 0;
}

}  // namespace

int config(const Options& options) {
  compose::Loaded loaded = load_files(options, {});
  const project::Project& project = loaded.project;
  if (options.flag("quiet")) return 0;
  if (options.flag("services")) return print_names(project.services);
  if (options.flag("volumes")) return print_names(project.volumes);
  if (options.flag("networks")) return print_names(project.networks);
  if (options.given("hash")) {
    for (const auto& [name, service] : project.services)
      if (const std::string wanted = options.text("hash").value_or("*"); wanted == "*" || wanted == name)
        fmt::print("{} {}\n", name, project::service_hash(service));
    return 0;
  }
  loaded.model.set("name", compose::make_text(project.name, {}));
  if (options.text("format").value_or("yaml") == "json")
    fmt::print("{}\n", compose::json_of(loaded.model, true));
  else
    fmt::print("{}", compose::yaml_of(loaded.model));
  return 0;
}

}  // namespace orchestrator::cli
