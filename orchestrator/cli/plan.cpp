#include "orchestrator/cli/plan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/contents.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/network_check.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/orphans.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/up_request.hpp"
#include "orchestrator/compose/place.hpp"
#include "orchestrator/plan/reconcile.hpp"
#include "orchestrator/state/definition.hpp"
#include "orchestrator/storage/volume.hpp"

namespace orchestrator::cli {
namespace {

constexpr int kChanges = 2;  ///< exit status of `plan`

std::string key_in_model(const plan::Step& step, const project::Difference& change) {
  constexpr std::string_view kContent = "content.";
  if (step.subject == plan::Subject::stack) return change.key;
  const bool is_content = change.key.starts_with(kContent);
  const std::string key = is_content ? change.key.substr(kContent.size()) : change.key;
  return is_content && key != "rootfs" ? key : "services." + step.service + "." + key;
}

/// The project knows the places of services and of what stands in lists; the model knows the others.
void locate(project::Difference& change, const std::string& key, const compose::Node& model) {
  const compose::Place place = compose::place_of(model, key);
  if (place.file) change.source = {place.file->name, place.line, place.column};
}

/// Of the stack file that `up` was asked for last.
project::StackLimits limits_in_force(const state::ProjectPaths& paths) {
  try {
    const auto project = state::load_project(paths);
    return project ? project->limits : project::StackLimits{};
  } catch (const std::runtime_error&) {
    return {};  // of another version; the supervisor takes it the same way
  }
}

std::string_view colour_of(std::string_view line) {
  constexpr std::string_view kGreen = "32";
  constexpr std::string_view kYellow = "33";
  constexpr std::string_view kRed = "31";
  constexpr std::string_view kDim = "2";
  if (line.starts_with("    ")) return kDim;
  if (line.starts_with("create") || line.starts_with("start")) return kGreen;
  if (line.starts_with("change")) return kYellow;
  return line.starts_with("re") && !line.starts_with("remove") ? kYellow : kRed;
}

}  // namespace

plan::Observed observe_stack(const state::ProjectPaths& paths) {
  plan::Observed observed{.limits = limits_in_force(paths)};
  for (state::Instance& record : observe(paths)) {
    auto definition = state::load_definition(paths, record.id, record.service);
    auto kept = definition ? std::make_shared<const project::Project>(std::move(*definition)) : nullptr;
    observed.instances.push_back({.record = std::move(record), .definition = std::move(kept)});
  }
  for (std::string& name : storage::volumes_of(paths.volumes, paths.project))
    observed.volumes.insert(std::move(name));
  return observed;
}

plan::Plan plan_of(const compose::Loaded& loaded, const plan::Observed& observed,
                   const state::Request& request) {
  plan::Plan plan = plan::reconcile(loaded.project, observed, plan::choices_of(request));
  for (plan::Step& step : plan.steps) {
    const auto service = loaded.project.services.find(step.service);
    const project::Source nearest =
        service == loaded.project.services.end() ? project::Source{} : service->second.source;
    for (project::Difference& change : step.changes)
      if (change.source == nearest) locate(change, key_in_model(step, change), loaded.model.tree);
  }
  return plan;
}

std::string plan_text(const plan::Plan& plan, const Screen& screen) {
  std::string text;
  std::istringstream lines(plan::to_text(plan));
  for (std::string line; std::getline(lines, line);) text += painted(line, colour_of(line), screen) + "\n";
  return text + plan::summary(plan) + "\n";
}

void print_rehearsal(const plan::Plan& plan, const Options& options) {
  const std::string text = plan_text(plan, screen_for(options, STDOUT_FILENO));
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int plan(const Options& options) {
  state::Request request = plan_request(options);
  const state::Roots roots = state::default_roots();
  compose::Loaded loaded = load_files(options, options.operands());
  check_services(loaded.project, request);
  settle_orphans(options, loaded.model.environment, request);
  check_networks(options, loaded, request.scale, host_facts(roots));
  add_contents(loaded.project, roots.data);
  const plan::Plan plan =
      plan_of(loaded, observe_stack(state::paths_of(roots, loaded.project.name)), request);
  for (const std::string& name : plan.orphans)
    fmt::print(stderr, "warning: container {} belongs to no service of the stack file and stays; {}\n", name,
               "--remove-orphans removes it");
  if (options.text("format") == "json")
    std::fputs(json_text(loaded.project.name, plan).c_str(), stdout);
  else
    print_rehearsal(plan, options);
  return plan.changes_anything() ? kChanges : 0;
}

}  // namespace orchestrator::cli
