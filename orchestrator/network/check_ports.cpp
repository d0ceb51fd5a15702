// Published ports: numbers, clashes within the stack, privileges.
#include <algorithm>
#include <vector>

#include "orchestrator/network/check_parts.hpp"
#include "orchestrator/network/ip.hpp"
#include "orchestrator/network/ports.hpp"

namespace orchestrator::network {
namespace {

using project::Port;
using project::Service;

/// A port of the host that must be just this one.
struct Claim {
  std::string service{};
  const Port* port = nullptr;
  std::uint16_t number = 0;
};

std::string written(const Claim& claim) {
  return (claim.port->host_ip.empty() ? "" : claim.port->host_ip + ":") + std::to_string(claim.number) +
         " (" + claim.port->protocol + ")";
}

/// One listens where the other does.
bool same_address(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b) return true;
  const auto one = Ip::parse(a);
  const auto other = Ip::parse(b);
  if (!one || !other || one->family != other->family) return false;
  return one->is_unspecified() || other->is_unspecified();
}

bool clash(const Claim& a, const Claim& b) {
  return a.number == b.number && a.port->protocol == b.port->protocol &&
         same_address(a.port->host_ip, b.port->host_ip);
}

class PortCheck {
 public:
  PortCheck(const HostFacts& host, Problems& problems) : host_(host), problems_(problems) {}

  void check(const Service& service, std::size_t index) {
    const Port& port = service.ports[index];
    const Path path{"services", service.name, "ports", "[" + std::to_string(index) + "]"};
    if (port.target == 0) problems_.error(path, "a container's port is a number from 1 to 65535");
    if (port.protocol != "tcp" && port.protocol != "udp")
      problems_.error(path, "protocol \"" + port.protocol + "\" cannot be published; tcp and udp can");
    if (!port.mode.empty() && port.mode != "ingress" && port.mode != "host")
      problems_.error(path, "mode \"" + port.mode + "\" is neither ingress nor host");
    if (!port.host_ip.empty() && !Ip::parse(port.host_ip))
      problems_.error(path, "\"" + port.host_ip + "\" is not an IP address of the host");
    const auto range = parse_published(port.published);
    if (!range)
      return problems_.error(
          path, "\"" + port.published + "\" is neither a port from 1 to 65535 nor a range of them");
    check_privilege(path, port, *range);
    if (range->first == 0 || range->first != range->last) return;
    if (!is_shared_port(port) && project::replicas(service) > 1)
      problems_.error(path,
                      "mode: host gives port " + port.published + " to one container, and there are " +
                          std::to_string(project::replicas(service)),
                      "leave mode away, and they take turns; or publish a range");
    claim(path, {.service = service.name, .port = &port, .number = range->first});
  }

 private:
  void check_privilege(const Path& path, const Port& port, const PortRange& range) {
    if (!host_.first_unprivileged_port || range.first == 0 || range.first >= *host_.first_unprivileged_port)
      return;
    problems_.error(path, "port " + port.published +
                              " needs a privilege: net.ipv4.ip_unprivileged_port_start is " +
                              std::to_string(*host_.first_unprivileged_port));
  }

  void claim(const Path& path, const Claim& wanted) {
    const auto other =
        std::find_if(claims_.begin(), claims_.end(), [&](const Claim& one) { return clash(one, wanted); });
    if (other != claims_.end())
      problems_.error(path,
                      "port " + written(wanted) + " is already published by services." + other->service);
    claims_.push_back(wanted);
  }

  const HostFacts& host_;
  Problems& problems_;
  std::vector<Claim> claims_{};
};

}  // namespace

void check_ports(const project::Project& project, const HostFacts& host, Problems& problems) {
  PortCheck check(host, problems);
  for (const auto& [name, service] : project.services)
    for (std::size_t i = 0; i < service.ports.size(); ++i) check.check(service, i);
}

}  // namespace orchestrator::network
