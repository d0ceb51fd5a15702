#include "orchestrator/plan/resources.hpp"

#include <algorithm>
#include <set>

namespace orchestrator::plan {
namespace {

using project::Project;
using project::Service;

bool begins(const Step& step) {
  return step.action == Action::create || step.action == Action::recreate || step.action == Action::start;
}

/// Networks that running containers are in, by full name.
std::set<std::string> networks_in_use(const Observed& observed) {
  std::set<std::string> names;
  for (const ObservedInstance& one : observed.instances)
    for (const state::Address& address : one.record.addresses) names.insert(address.network);
  return names;
}

class Resources {
 public:
  Resources(const Project& project, const Observed& observed)
      : project_(project), volumes_(observed.volumes), networks_(networks_in_use(observed)) {}

  void need(const Service& service) {
    for (const auto& [key, attachment] : service.networks)
      if (const auto found = project_.networks.find(key); found != project_.networks.end())
        need(Subject::network, found->second.name, found->second.external, networks_);
    for (const project::ServiceVolume& volume : service.volumes)
      if (const auto found = project_.volumes.find(volume.source); found != project_.volumes.end())
        need(Subject::volume, found->second.name, found->second.external, volumes_);
  }

  std::vector<Step> steps() && {
    std::stable_sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) {
      return std::pair(a.subject, a.name) < std::pair(b.subject, b.name);
    });
    return std::move(steps_);
  }

 private:
  void need(Subject subject, const std::string& name, bool external, std::set<std::string>& known) {
    if (!external && known.insert(name).second)
      steps_.push_back({.action = Action::create, .subject = subject, .name = name});
  }

  const Project& project_;
  std::set<std::string> volumes_;
  std::set<std::string> networks_;
  std::vector<Step> steps_{};
};

}  // namespace

std::vector<Step> resources_for(const Project& project, const Observed& observed,
                                const std::vector<Step>& steps) {
  Resources resources(project, observed);
  for (const Step& step : steps)
    if (begins(step)) resources.need(project.services.at(step.service));
  return std::move(resources).steps();
}

}  // namespace orchestrator::plan
