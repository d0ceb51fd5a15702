#include "orchestrator/cli/ls.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/layout.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/state/definition.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;

std::string files_of(const state::ProjectPaths& paths) {
  const auto project = state::load_project(paths);
  return project ? fmt::format("{}", fmt::join(project->files, ",")) : "";
}

bool is_wanted(const ProjectLine& line, const Options& options) {
  for (const std::string& filter : options.list("filter")) {
    if (!filter.starts_with("name="))
      throw UsageError("--filter knows name=TEXT only, not \"" + filter + "\"");
    if (line.name.find(filter.substr(5)) == std::string::npos) return false;
  }
  return options.flag("all") || line.status.find("running") != std::string::npos;
}

std::string rendered(const std::vector<ProjectLine>& lines, const Options& options) {
  if (options.text("format") == "json") return json_array(lines);
  if (!options.flag("quiet")) return ls_table(lines);
  std::string names;
  for (const ProjectLine& line : lines) names += line.name + "\n";
  return names;
}

}  // namespace

std::string summary(const std::vector<Instance>& instances) {
  std::map<state::Phase, int> counts;
  for (const Instance& instance : instances) ++counts[instance.phase];
  std::string text;
  for (const auto& [phase, count] : counts)
    text += fmt::format("{}{}({})", text.empty() ? "" : ", ", state::to_string(phase), count);
  return text;
}

std::string ls_table(const std::vector<ProjectLine>& projects) {
  std::vector<Row> rows{{"NAME", "STATUS", "CONFIG FILES"}};
  for (const ProjectLine& line : projects) rows.push_back({line.name, line.status, line.config_files});
  return columns(rows);
}

int ls(const Options& options) {
  const state::Roots roots = state::default_roots();
  std::vector<ProjectLine> lines;
  for (const std::string& name : state::known_projects(roots)) {
    const state::ProjectPaths paths = state::paths_of(roots, name);
    const ProjectLine line{.name = name, .status = summary(observe(paths)), .config_files = files_of(paths)};
    if (is_wanted(line, options)) lines.push_back(line);
  }
  const std::string text = rendered(lines, options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
