// Which interfaces a service's containers get, in which order, and what they are called. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"

namespace orchestrator::network {

/// True where the service has interfaces in networks of the project.
bool uses_networks(const project::Service& service);

/// It lives in a namespace of its own, which other projects may join: `external`, or `attachable`.
bool is_shared(const project::Network& network);

/// A network of a service as one of its containers' interfaces.
struct Membership {
  project::Network network{};
  project::Attachment wanted{};
  std::string interface {};   ///< "eth0"
  std::string mac{};          ///< asked for; empty: follows from the address
  bool default_ipv4 = false;  ///< the default route leads through here
  bool default_ipv6 = false;
};

/// In the order of the interfaces: the higher `priority` first, then by name. The default route goes through
/// the network with the highest `gw_priority`, then the first by name, among those of the project that are
/// not internal. A service whose only ways out are shared networks gets one more interface, in a network of
/// the project that exists for that (egress_network()). `networks` by key, external ones already looked up.
std::vector<Membership> memberships_of(const std::string& project,
                                       const std::map<std::string, project::Network>& networks,
                                       const project::Service& service);

/// Nobody's network: a way out for containers of shared networks, which do not reach each other in it.
project::Network egress_network(const std::string& project);

/// The names that lead to an instance in one of its networks, lower case, each once.
std::vector<std::string> names_of(const project::Service& service, const project::Attachment& attachment,
                                  const std::string& id, const std::string& container);

/// `links` and `external_links`, "NAME:ALIAS": by alias the name that is meant, lower case.
std::map<std::string, std::string> links_of(const project::Service& service);

/// The note on an instance's link.
std::string link_alias(const std::string& project, const std::string& id);

std::string lower(std::string text);

}  // namespace orchestrator::network
