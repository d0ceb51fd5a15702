#include "orchestrator/network/uplink.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>

#include <utility>

#include "orchestrator/network/endpoint.hpp"
#include "orchestrator/network/inside.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

constexpr const char* kInside = "uplink";
constexpr const char* kPrefix6 = "fd6d:6463:6f6d:";

std::string alias_of(const std::string& project) { return "the way out of mdcompose project " + project; }

/// Indices of interfaces are unique in the host's namespace, so addresses that follow from them are. They are
/// of the link-local ranges between 169.254.64.0 and 169.254.127.255, and of a unique local prefix.
std::vector<netlink::UplinkEnds> ends_of(int index, bool ipv6) {
  const unsigned pair = static_cast<unsigned>(index) % 8192;
  const auto ipv4 = [&](unsigned end) {
    const unsigned last = pair * 2 + end;
    return fmt::format("169.254.{}.{}", 64 + last / 256, last % 256);
  };
  std::vector<netlink::UplinkEnds> ends{{.family = AF_INET, .host = ipv4(0), .project = ipv4(1)}};
  const std::string prefix = fmt::format("{}{:x}::", kPrefix6, pair);
  if (ipv6) ends.push_back({.family = AF_INET6, .host = prefix + "2", .project = prefix + "3"});
  return ends;
}

int prefix_length(int family) { return family == AF_INET ? 31 : 127; }

std::string table_of(const std::string& project) { return "mdcompose-" + project; }

/// `end` of UplinkEnds is this side's.
void bring_up(netlink::Socket& routes, int index, const std::vector<netlink::UplinkEnds>& all,
              std::string netlink::UplinkEnds::*end) {
  std::vector<netlink::Message> settings;
  for (const netlink::UplinkEnds& ends : all)
    settings.push_back(
        netlink::add_address(index, fmt::format("{}/{}", ends.*end, prefix_length(ends.family))));
  settings.push_back(netlink::set_up(index));
  routes.transact(std::move(settings));
}

bool has_ipv6() { return sys::exists("/proc/sys/net/ipv6"); }

}  // namespace

std::vector<std::string> host_addresses() {
  netlink::Socket routes(NETLINK_ROUTE);
  std::vector<std::string> addresses;
  for (std::string& text : netlink::local_addresses(routes)) {
    const auto ip = Ip::parse(text);
    const bool is_no_host = !ip || ip->is_loopback() || ip->is_link_local() || text.starts_with(kPrefix6);
    if (!is_no_host) addresses.push_back(std::move(text));
  }
  return addresses;
}

Uplink::Uplink(const std::string& project, int project_namespace)
    : project_(project), namespace_(project_namespace), tables_(NETLINK_NETFILTER) {
  make_link();
  try {
    configure();
    set_host_side({});
  } catch (...) {
    remove();
    throw;
  }
}

Uplink::Uplink(const std::string& project, int project_namespace, sys::unique_fd tables)
    : project_(project), namespace_(project_namespace), tables_(std::move(tables)) {
  netlink::Socket routes(NETLINK_ROUTE);
  for (const auto& [name, alias] : netlink::link_aliases(routes)) {
    if (alias != alias_of(project)) continue;
    // One of an earlier namespace may still be on its way out; the latest has the highest index.
    const int index = netlink::index_of(routes, name);
    if (index < index_) continue;
    link_ = name;
    index_ = index;
  }
  if (index_ == 0) sys::throw_errno("find the uplink of project " + project, ENODEV);
}

void Uplink::make_link() {
  netlink::Socket routes(NETLINK_ROUTE);
  link_ = fresh_link_name(kUplinkPrefix);
  std::vector<netlink::Message> messages;
  messages.push_back(netlink::add_veth({.name = link_, .peer_name = kInside, .peer_namespace = namespace_}));
  messages.push_back(netlink::describe_port(link_, false, alias_of(project_)));
  routes.transact(std::move(messages));
  index_ = netlink::index_of(routes, link_);
}

void Uplink::configure() {
  const std::vector<netlink::UplinkEnds> ends = ends_of(index_, has_ipv6());
  const std::string ipv4 = "ipv4/conf/" + link_ + "/";
  const std::string ipv6 = "ipv6/conf/" + link_ + "/";
  set_sysctl(ipv4 + "forwarding", "1");
  set_sysctl(ipv4 + "send_redirects", "0");
  if (has_ipv6()) enable_ipv6_on(link_);
  set_sysctl(ipv6 + "force_forwarding", "1");
  netlink::Socket routes(NETLINK_ROUTE);
  bring_up(routes, index_, ends, &netlink::UplinkEnds::host);
  netlink::inside_network(namespace_, [&] {
    set_sysctl("ipv4/conf/" + std::string(kInside) + "/forwarding", "1");
    if (has_ipv6()) enable_ipv6_on(kInside);
    netlink::Socket inside(NETLINK_ROUTE);
    const int index = netlink::index_of(inside, kInside);
    bring_up(inside, index, ends, &netlink::UplinkEnds::project);
    netlink::settle(inside, kInside);
    for (const netlink::UplinkEnds& one : ends) inside.transact(netlink::add_default_route(index, one.host));
  });
  netlink::settle(routes, link_);
}

void Uplink::set_host_side(const Load& load) {
  netlink::set_host_side(tables_, {.table = table_of(project_),
                                   .link = link_,
                                   .ends = ends_of(index_, has_ipv6()),
                                   .redirections = load.redirections,
                                   .guarded = load.guarded});
}

void Uplink::carry(Load load, ProjectNetwork& project) {
  // To what it does not carry the gateway leads.
  for (netlink::Redirection& redirection : load.redirections)
    std::erase_if(redirection.targets, [&](const netlink::Redirection::Target& target) {
      return !load.families.contains(target.family);
    });
  netlink::ProjectSide side{.link = kInside, .redirections = load.redirections, .hosts = load.hosts};
  for (netlink::UplinkEnds& ends : ends_of(index_, has_ipv6()))
    if (load.families.contains(ends.family)) side.ends.push_back(std::move(ends));
  project.set_uplink(std::move(side));
  set_host_side(load);
}

void Uplink::probe(int family) const {
  const Endpoint nowhere{
      .ip = Ip::parse(family == AF_INET ? netlink::kProbeAddress4 : netlink::kProbeAddress6).value(),
      .port = netlink::kProbePort};
  const SocketAddress to = nowhere.address();
  netlink::inside_network(namespace_, [&] {
    const sys::unique_fd socket(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) sys::throw_errno("make a socket");
    // What cannot be sent does not arrive, which is the answer.
    (void)::sendto(socket.get(), "", 0, MSG_NOSIGNAL, to.get(), to.length);
  });
}

std::uint64_t Uplink::passed() { return netlink::counted_probes(tables_, table_of(project_)); }

void Uplink::remove() {
  netlink::Socket routes(NETLINK_ROUTE);
  tables_ = netlink::Socket(sys::unique_fd());  // the table goes with it
  routes.transact(netlink::delete_link(index_));
}

}  // namespace orchestrator::network
