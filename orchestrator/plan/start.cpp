#include "orchestrator/plan/start.hpp"

#include <algorithm>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/plan/selection.hpp"

namespace orchestrator::plan {
namespace {

using project::Dependency;
using project::Service;

/// The project as its containers remember it: it may have other services than the stack file by now.
project::Project remembered(const Observed& observed) {
  project::Project project;
  for (const ObservedInstance& one : observed.instances)
    if (const Service* service = service_of(one)) project.services[one.record.service] = *service;
  return project;
}

}  // namespace

std::set<std::string> ids_to_start(const Observed& observed, const std::vector<std::string>& services) {
  const project::Project project = remembered(observed);
  const std::set<std::string> jobs = jobs_of(project);
  const std::set<std::string> named(services.begin(), services.end());
  std::set<std::string> known;
  for (const std::string& name : named)
    if (project.services.contains(name)) known.insert(name);
  const std::set<std::string> chosen =
      named.empty() ? std::set<std::string>() : chosen_services(project, {.services = known});
  std::set<std::string> ids;
  for (const ObservedInstance& one : observed.instances) {
    const state::Instance& record = one.record;
    const bool is_meant = named.empty() ? record.one_off_of.empty()
                                        : named.contains(record.service) || chosen.contains(record.service);
    if (!is_meant) continue;
    const Service* service = service_of(one);
    const bool is_done_job = service != nullptr && jobs.contains(record.service) && is_done(*service, record);
    if (!is_done_job || named.contains(record.service)) ids.insert(record.id);
  }
  return ids;
}

}  // namespace orchestrator::plan
