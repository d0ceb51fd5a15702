#include "orchestrator/cli/network_check.hpp"

#include <linux/capability.h>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/compose/bind.hpp"
#include "orchestrator/compose/place.hpp"
#include "orchestrator/network/shared_network.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using Diagnostics = std::vector<compose::Diagnostic>;

struct Found {
  Diagnostics errors{};
  Diagnostics warnings{};
};

Found find(const project::Project& project, const compose::Node& tree, const network::HostFacts& host) {
  Found found;
  for (const network::Problem& problem : network::check(project, host)) {
    const std::string path = network::path_text(problem.path);
    (problem.harmless ? found.warnings : found.errors)
        .push_back({.place = compose::place_of(tree, path),
                    .message = path + ": " + problem.message,
                    .hint = problem.hint});
  }
  return found;
}

}  // namespace

void check_networks(const Options& options, const compose::Loaded& loaded,
                    const std::map<std::string, int>& scale, const network::HostFacts& host) {
  project::Project project = loaded.project;
  for (const auto& [name, count] : scale)
    if (const auto service = project.services.find(name); service != project.services.end())
      service->second.scale = count;
  const Found found = find(project, loaded.model.tree, host);
  if (!found.errors.empty()) throw UsageError(rendered(found.errors));
  warn(options, found.warnings);
}

void warn_of_networks(const Options& options, const compose::Model& model) {
  compose::Findings findings;
  const Found found = find(compose::bind(model, findings), model.tree, {});
  warn(options, found.errors);
  warn(options, found.warnings);
}

network::HostFacts host_facts(const state::Roots& roots) {
  network::HostFacts facts;
  facts.shared_networks.emplace();
  for (const auto& [name, definition] : network::shared_networks(roots)) facts.shared_networks->insert(name);
  if (!runtime::sys::has_capability(CAP_NET_BIND_SERVICE))
    if (const auto text = runtime::sys::read_file_if_exists("/proc/sys/net/ipv4/ip_unprivileged_port_start"))
      facts.first_unprivileged_port = std::stoi(*text);
  return facts;
}

}  // namespace orchestrator::cli
