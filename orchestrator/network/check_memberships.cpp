// A service's place in its networks: addresses, interface names, MAC addresses.
#include <charconv>
#include <map>
#include <set>

#include "orchestrator/network/check_parts.hpp"
#include "orchestrator/network/ip.hpp"
#include "orchestrator/network/memberships.hpp"
#include "orchestrator/network/options.hpp"

namespace orchestrator::network {
namespace {

using project::Attachment;
using project::Network;
using project::Service;

/// Six pairs of hexadecimal digits; the lowest bit of the first marks a group (IEEE 802).
bool is_mac_address(const std::string& text) {
  constexpr std::size_t kLength = 17;
  if (text.size() != kLength) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool separator = i % 3 == 2;
    if (separator ? text[i] != ':' && text[i] != '-'
                  : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  unsigned first = 0;
  std::from_chars(text.data(), text.data() + 2, first, 16);
  return first % 2 == 0;
}

/// Who has an address, in one network.
using Owners = std::map<Ip, std::string>;

class MembershipCheck {
 public:
  MembershipCheck(const project::Project& project, Problems& problems)
      : project_(project), problems_(problems) {
    for (const auto& [key, network] : project.networks) note_reserved(key, network);
  }

  void check(const Service& service) {
    const Path base{"services", service.name};
    std::set<std::string> interfaces;
    for (const auto& [key, attachment] : service.networks) {
      const auto network = project_.networks.find(key);
      if (network == project_.networks.end()) continue;  // the loader has said so
      const Path path{"services", service.name, "networks", key};
      check_address(path, "ipv4_address", AF_INET, attachment.ipv4_address, service, network->second);
      check_address(path, "ipv6_address", AF_INET6, attachment.ipv6_address, service, network->second);
      check_interface(path, attachment, interfaces);
      check_mac(path, attachment.mac_address);
      check_link_local(path, attachment);
      check_options(path, attachment);
    }
    check_mac(base, service.mac_address);
  }

 private:
  void note_reserved(const std::string& key, const Network& network) {
    for (const project::IpamPool& pool : network.ipam) {
      const auto subnet = Prefix::parse(pool.subnet);
      if (!subnet) continue;
      const auto gateway = pool.gateway.empty() ? subnet->ip.plus(1) : Ip::parse(pool.gateway);
      if (gateway) owners_[key][*gateway] = "the network's gateway";
      owners_[key][subnet->ip] = "the network itself";
      if (subnet->ip.family == AF_INET)
        owners_[key][subnet->ip.plus(subnet->last_offset())] = "the broadcast address";
      for (const auto& [name, address] : pool.aux_addresses)
        if (const auto ip = Ip::parse(address)) owners_[key][*ip] = "aux_addresses." + name;
    }
  }

  static std::optional<Prefix> subnet_of(const Network& network, int family) {
    for (const project::IpamPool& pool : network.ipam)
      if (const auto subnet = Prefix::parse(pool.subnet); subnet && subnet->ip.family == family)
        return subnet;
    return std::nullopt;
  }

  void check_address(Path path, const char* attribute, int family, const std::string& text,
                     const Service& service, const Network& network) {
    if (text.empty()) return;
    path.emplace_back(attribute);
    const auto ip = Ip::parse(text);
    if (!ip || ip->family != family)
      return problems_.error(
          path, "\"" + text + "\" is not an " + (family == AF_INET ? "IPv4" : "IPv6") + " address");
    const bool enabled =
        family == AF_INET ? network.enable_ipv4.value_or(true) : network.enable_ipv6.value_or(false);
    if (network.external) return;  // known when the network is looked at
    if (!enabled)
      return problems_.error(path, std::string("the network has no ") + (family == AF_INET ? "IPv4" : "IPv6"),
                             family == AF_INET6 ? "set enable_ipv6: true in it" : "");
    const auto subnet = subnet_of(network, family);
    if (!subnet)
      return problems_.error(path, "a fixed address needs a subnet of the network",
                             "give it one under networks." + network.key + ".ipam.config");
    if (!subnet->contains(*ip))
      return problems_.error(path, "address " + text + " is outside of the subnet " + subnet->text());
    if (project::replicas(service) > 1)
      return problems_.error(path, "one address cannot be that of " +
                                       std::to_string(project::replicas(service)) + " containers");
    const auto [owner, is_new] = owners_[network.key].emplace(*ip, "services." + service.name);
    if (!is_new) problems_.error(path, "address " + text + " is already that of " + owner->second);
  }

  void check_interface(Path path, const Attachment& attachment, std::set<std::string>& taken) {
    const std::string& name = attachment.interface_name;
    if (name.empty()) return;
    path.emplace_back("interface_name");
    if (!is_interface_name(name) || name == "lo")
      return problems_.error(path, "\"" + name +
                                       "\" is no name for an interface: at most 15 characters, "
                                       "without \"/\", \":\" and blanks, not \"lo\"");
    if (!taken.insert(name).second)
      problems_.error(path, "the service has two interfaces named \"" + name + "\"");
  }

  void check_mac(Path path, const std::string& mac) {
    if (mac.empty()) return;
    path.emplace_back("mac_address");
    if (!is_mac_address(mac))
      problems_.error(path,
                      "\"" + mac + "\" is not the MAC address of an interface, such as 02:42:0a:00:00:02");
  }

  void check_link_local(const Path& path, const Attachment& attachment) {
    for (std::size_t i = 0; i < attachment.link_local_ips.size(); ++i) {
      const std::string& text = attachment.link_local_ips[i];
      const auto ip = Ip::parse(text);
      if (ip && ip->is_link_local()) continue;
      Path place = path;
      place.insert(place.end(), {"link_local_ips", "[" + std::to_string(i) + "]"});
      problems_.error(place, "\"" + text + "\" is not a link-local address (169.254.0.0/16, fe80::/10)");
    }
  }

  void check_options(Path path, const Attachment& attachment) {
    path.emplace_back("driver_opts");
    if (!interface_sysctls(attachment.driver_opts, "eth0"))
      problems_.error(path,
                      "endpoint sysctls are written net.ipv4.conf.IFNAME.NAME=VALUE, separated by commas");
    for (const auto& [key, value] : attachment.driver_opts)
      if (key != "com.docker.network.endpoint.sysctls") {
        Path place = path;
        place.push_back(key);
        problems_.warning(place, "has no meaning for mdcompose and is left out");
      }
  }

  const project::Project& project_;
  Problems& problems_;
  std::map<std::string, Owners> owners_{};  ///< by key of the network
};

}  // namespace

void check_memberships(const project::Project& project, Problems& problems) {
  MembershipCheck check(project, problems);
  for (const auto& [name, service] : project.services) check.check(service);
}

}  // namespace orchestrator::network
