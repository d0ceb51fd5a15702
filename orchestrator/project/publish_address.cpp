#include "orchestrator/project/publish_address.hpp"

#include <algorithm>
#include <cctype>

#include "orchestrator/project/hash.hpp"

namespace orchestrator::project {

std::string loopback_address_of(const std::string& project) {
  const std::uint64_t hash = hash_of(project);
  const auto part = [&](unsigned shift, std::uint64_t least, std::uint64_t most) {
    return std::to_string(least + (hash >> shift) % (most - least + 1));
  };
  return "127." + part(0, 2, 254) + "." + part(16, 0, 255) + "." + part(32, 1, 254);
}

void publish_at(Project& project, const std::string& address) {
  const std::string where = address == "auto" ? loopback_address_of(project.name) : address;
  for (auto* services : {&project.services, &project.disabled})
    for (auto& [name, service] : *services)
      for (Port& port : service.ports)
        if (port.host_ip.empty()) port.host_ip = where;
}

std::string host_name_of(const std::string& project, const std::string& service) {
  std::string name = service + "." + project + ".localhost";
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

}  // namespace orchestrator::project
