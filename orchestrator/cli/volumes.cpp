// `volumes`: the stack's named volumes that are there, or those of some services.
#include "orchestrator/cli/volumes.hpp"

#include <cstdio>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/layout.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/state/definition.hpp"
#include "orchestrator/storage/volume.hpp"

namespace orchestrator::cli {

std::set<std::string> mounted_volumes(const state::ProjectPaths& paths,
                                      const std::vector<state::Instance>& instances) {
  std::set<std::string> names;
  for (const state::Instance& instance : instances) {
    const auto project = state::load_definition(paths, instance.id, instance.service);
    if (!project) continue;
    for (const project::ServiceVolume& volume : project->services.at(instance.service).volumes)
      if (const auto declared = project->volumes.find(volume.source);
          volume.type == "volume" && declared != project->volumes.end())
        names.insert(declared->second.name);
  }
  return names;
}

std::string volume_list(const std::set<std::string>& names, const Options& options) {
  std::string text;
  if (options.flag("quiet")) {
    for (const std::string& name : names) text += name + "\n";
    return text;
  }
  if (options.text("format") == "json") {
    for (const std::string& name : names) text += json_volume(name);
    return text;
  }
  std::vector<Row> rows{{"DRIVER", "VOLUME NAME"}};
  for (const std::string& name : names) rows.push_back({"local", name});
  return columns(rows);
}

int volumes(const Options& options) {
  const Target target = target_of(options);
  std::set<std::string> names;
  if (options.operands().empty())
    for (const std::string& name : storage::volumes_of(target.paths.volumes, target.paths.project))
      names.insert(name);
  else
    names = mounted_volumes(target.paths,
                            of_services(observe(target.paths), options.operands(), target.services));
  const std::string text = volume_list(names, options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
