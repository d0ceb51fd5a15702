#include "orchestrator/network/check.hpp"

#include "orchestrator/network/check_parts.hpp"

namespace orchestrator::network {

std::string path_text(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& step : path) text += (text.empty() || step.starts_with('[') ? "" : ".") + step;
  return text;
}

std::vector<Problem> check(const project::Project& project, const HostFacts& host) {
  std::vector<Problem> list;
  Problems problems(list);
  check_networks(project, host, problems);
  check_modes(project, problems);
  check_memberships(project, problems);
  check_names(project, problems);
  check_ports(project, host, problems);
  return list;
}

}  // namespace orchestrator::network
