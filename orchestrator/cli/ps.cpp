#include "orchestrator/cli/ps.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/describe.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/layout.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/ps_template.hpp"
#include "orchestrator/cli/stack.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;

std::vector<std::string> statuses(const Options& options) {
  std::vector<std::string> wanted = options.list("status");
  for (const std::string& filter : options.list("filter")) {
    if (!filter.starts_with("status="))
      throw UsageError("--filter knows status=WORD only, not \"" + filter + "\"");
    wanted.push_back(filter.substr(7));
  }
  return wanted;
}

std::string services_of(const std::vector<Instance>& instances) {
  std::set<std::string> names;
  for (const Instance& instance : instances) names.insert(service_of(instance));
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return text;
}

std::string rendered(const std::string& project, const std::vector<Instance>& instances,
                     const Options& options) {
  std::string text;
  if (options.flag("services")) return services_of(instances);
  if (options.flag("quiet")) {
    for (const Instance& instance : instances) text += instance.name + "\n";
    return text;
  }
  const std::int64_t now = now_ns();
  const std::string format = options.text("format").value_or("table");
  if (format == "table") return ps_table(instances, now, !options.flag("no-trunc"));
  if (format != "json") return ps_by_template(project, instances, now, format);
  for (const Instance& instance : instances) text += json_line(project, instance, now);
  return text;
}

}  // namespace

std::vector<Instance> filtered(std::vector<Instance> instances, const PsFilter& filter) {
  const auto wanted = [&](const Instance& instance) {
    if (!filter.all && !instance.one_off_of.empty()) return false;
    if (filter.statuses.empty()) return filter.all || runs(instance);
    const std::string phase(state::to_string(instance.phase));
    return std::find(filter.statuses.begin(), filter.statuses.end(), phase) != filter.statuses.end();
  };
  std::erase_if(instances, [&](const Instance& instance) { return !wanted(instance); });
  return instances;
}

std::string ps_table(const std::vector<Instance>& instances, std::int64_t now, bool truncate) {
  constexpr std::size_t kCommandColumns = 20;
  std::vector<Row> rows{{"NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"}};
  for (const Instance& it : instances) {
    const std::string command = truncate ? shortened(it.command, kCommandColumns) : it.command;
    rows.push_back({it.name, it.image, "\"" + command + "\"", service_of(it), ago(now, it.created_ns),
                    status(it, now), ports(it)});
  }
  return columns(rows);
}

int ps(const Options& options) {
  const Target target = target_of(options);
  std::vector<Instance> instances = of_services(observe(target.paths), options.operands(), target.services);
  instances = filtered(std::move(instances), {.all = options.flag("all"), .statuses = statuses(options)});
  const std::string text = rendered(target.paths.project, instances, options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
