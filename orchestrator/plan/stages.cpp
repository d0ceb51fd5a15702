#include "orchestrator/plan/stages.hpp"

#include <algorithm>
#include <map>

#include "orchestrator/plan/selection.hpp"

namespace orchestrator::plan {
namespace {

/// The first stage in which a service may be touched, and the one after which a rolled out service is
/// through.
struct Times {
  std::map<std::string, std::size_t> ready{};
  std::map<std::string, std::size_t> through{};
};

Times times_of(const project::Project& project, const std::set<std::string>& rolled_out) {
  Times times;
  for (const std::string& name : in_order_of_start(project)) {
    std::size_t& ready = times.ready[name];
    for (const project::Dependency& dependency : project.services.at(name).depends_on) {
      const auto through = times.through.find(dependency.service);
      const auto touched = times.ready.find(dependency.service);
      if (through != times.through.end()) ready = std::max(ready, through->second);
      if (touched != times.ready.end()) ready = std::max(ready, touched->second);
    }
    if (rolled_out.contains(name)) times.through.emplace(name, times.through.size() + 1);
  }
  return times;
}

}  // namespace

std::vector<Stage> stages_of(const Plan& plan, const project::Project& project,
                             const std::set<std::string>& rolled_out) {
  const Times times = times_of(project, rolled_out);
  std::vector<Stage> stages(times.through.size() + 1);
  for (const auto& [name, through] : times.through) stages[through - 1].rolled_out = name;
  for (const Step& step : plan.steps) {
    const auto through = times.through.find(step.service);
    const auto ready = times.ready.find(step.service);
    const bool changes_number = step.action == Action::create || step.action == Action::remove;
    if (through != times.through.end() && step.action == Action::recreate)
      stages[through->second - 1].replaced.push_back(step);
    else if (through != times.through.end() && changes_number)
      stages[through->second].together.push_back(step);
    else
      stages[ready == times.ready.end() ? 0 : ready->second].together.push_back(step);
  }
  return stages;
}

}  // namespace orchestrator::plan
