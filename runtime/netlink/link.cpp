#include "runtime/netlink/link.hpp"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "runtime/sys/error.hpp"

namespace runtime::netlink {
namespace {

struct Ip {
  int family = AF_INET;
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 4;
};

Ip parse_ip(const std::string& text) {
  Ip ip;
  if (::inet_pton(AF_INET, text.c_str(), ip.bytes.data()) == 1) return ip;
  ip.family = AF_INET6;
  ip.size = 16;
  if (::inet_pton(AF_INET6, text.c_str(), ip.bytes.data()) == 1) return ip;
  throw std::invalid_argument("\"" + text + "\" is not an IP address");
}

std::array<unsigned char, 6> parse_mac(const std::string& text) {
  std::array<unsigned char, 6> mac{};
  char rest = 0;
  if (std::sscanf(text.c_str(), "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &mac[0], &mac[1], &mac[2], &mac[3],
                  &mac[4], &mac[5], &rest) != 6)
    throw std::invalid_argument("\"" + text + "\" is not a MAC address");
  return mac;
}

/// "10.0.0.0/8" of the bytes of an address and a length.
std::string prefix_text(int family, const void* bytes, int length) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, bytes, text.data(), text.size()) + ("/" + std::to_string(length));
}

/// Every route of the main table.
void each_route(Socket& socket, int family, const std::function<void(const nlmsghdr&, const rtmsg&)>& take) {
  rtmsg info{};
  info.rtm_family = static_cast<unsigned char>(family);
  Message request(RTM_GETROUTE, NLM_F_DUMP, info, "list routes");
  request.without_ack();
  socket.dump(std::move(request), [&](const nlmsghdr& answer) {
    const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(&answer));
    if (route->rtm_table == RT_TABLE_MAIN) take(answer, *route);
  });
}

constexpr std::uint16_t kNew = NLM_F_CREATE | NLM_F_EXCL;

}  // namespace

Message add_bridge(const std::string& name, const std::string& mac, int mtu) {
  ifinfomsg info{};
  info.ifi_flags = IFF_UP;
  info.ifi_change = IFF_UP;
  Message message(RTM_NEWLINK, kNew, info, "make bridge " + name);
  message.put(IFLA_IFNAME, std::string_view(name)).put(IFLA_ADDRESS, parse_mac(mac));
  if (mtu > 0) message.put(IFLA_MTU, mtu);
  message.begin(IFLA_LINKINFO).put(IFLA_INFO_KIND, std::string_view("bridge"));
  message.begin(IFLA_INFO_DATA)
      .put(IFLA_BR_STP_STATE, std::uint32_t{0})
      .put(IFLA_BR_FORWARD_DELAY, std::uint32_t{0})
      .put(IFLA_BR_MCAST_SNOOPING, std::uint8_t{0})
      .end();
  message.end();
  return message;
}

Message add_veth(const Veth& veth) {
  ifinfomsg info{};
  info.ifi_flags = IFF_UP;
  info.ifi_change = IFF_UP;
  Message message(RTM_NEWLINK, kNew, info, "connect " + veth.peer_name + " to its network");
  message.put(IFLA_IFNAME, std::string_view(veth.name));
  if (veth.bridge != 0) message.put(IFLA_MASTER, veth.bridge);
  if (veth.mtu > 0) message.put(IFLA_MTU, veth.mtu);
  message.begin(IFLA_LINKINFO).put(IFLA_INFO_KIND, std::string_view("veth")).begin(IFLA_INFO_DATA);
  message.begin(VETH_INFO_PEER).fixed(ifinfomsg{});
  message.put(IFLA_IFNAME, std::string_view(veth.peer_name)).put(IFLA_NET_NS_FD, veth.peer_namespace);
  if (!veth.peer_mac.empty()) message.put(IFLA_ADDRESS, parse_mac(veth.peer_mac));
  if (veth.mtu > 0) message.put(IFLA_MTU, veth.mtu);
  message.end().end().end();
  return message;
}

Message describe_port(const std::string& name, bool isolated, const std::string& alias) {
  Message message(RTM_NEWLINK, 0, ifinfomsg{}, "set up port " + name);
  message.put(IFLA_IFNAME, std::string_view(name));
  if (!alias.empty()) message.put(IFLA_IFALIAS, std::string_view(alias));
  if (!isolated) return message;
  message.begin(IFLA_LINKINFO).put(IFLA_INFO_SLAVE_KIND, std::string_view("bridge"));
  message.begin(IFLA_INFO_SLAVE_DATA).put(IFLA_BRPORT_ISOLATED, std::uint8_t{1}).end();
  message.end();
  return message;
}

Message close_port(const std::string& name) {
  Message message(RTM_NEWLINK, 0, ifinfomsg{}, "close port " + name);
  message.put(IFLA_IFNAME, std::string_view(name));
  message.begin(IFLA_LINKINFO).put(IFLA_INFO_SLAVE_KIND, std::string_view("bridge"));
  message.begin(IFLA_INFO_SLAVE_DATA)
      .put(IFLA_BRPORT_LEARNING, std::uint8_t{0})
      .put(IFLA_BRPORT_UNICAST_FLOOD, std::uint8_t{0})
      .put(IFLA_BRPORT_MCAST_FLOOD, std::uint8_t{0})
      .put(IFLA_BRPORT_BCAST_FLOOD, std::uint8_t{0})
      .put_bytes(IFLA_BRPORT_FLUSH, nullptr, 0)
      .end();
  message.end();
  return message;
}

Message set_up(int index) {
  ifinfomsg info{};
  info.ifi_index = index;
  info.ifi_flags = IFF_UP;
  info.ifi_change = IFF_UP;
  return {RTM_NEWLINK, 0, info, "bring up interface " + std::to_string(index)};
}

Message set_mtu(int index, int mtu) {
  constexpr int kEthernet = 1500;
  ifinfomsg info{};
  info.ifi_index = index;
  Message message(RTM_NEWLINK, 0, info, "set the MTU of interface " + std::to_string(index));
  message.put(IFLA_MTU, mtu > 0 ? mtu : kEthernet);
  return message;
}

Message delete_link(int index) {
  ifinfomsg info{};
  info.ifi_index = index;
  return {RTM_DELLINK, 0, info, "remove interface " + std::to_string(index)};
}

Message add_address(int index, const std::string& address) {
  const auto slash = address.find('/');
  if (slash == std::string::npos) throw std::invalid_argument("\"" + address + "\" has no prefix length");
  const Ip ip = parse_ip(address.substr(0, slash));
  ifaddrmsg info{};
  info.ifa_family = static_cast<unsigned char>(ip.family);
  info.ifa_prefixlen = static_cast<unsigned char>(std::stoi(address.substr(slash + 1)));
  info.ifa_flags = IFA_F_NODAD;
  info.ifa_index = static_cast<unsigned>(index);
  Message message(RTM_NEWADDR, kNew, info, "set address " + address);
  message.put_bytes(IFA_LOCAL, ip.bytes.data(), ip.size).put_bytes(IFA_ADDRESS, ip.bytes.data(), ip.size);
  return message;
}

Message add_default_route(int index, const std::string& gateway) {
  const Ip ip = parse_ip(gateway);
  rtmsg info{};
  info.rtm_family = static_cast<unsigned char>(ip.family);
  info.rtm_table = RT_TABLE_MAIN;
  info.rtm_protocol = RTPROT_STATIC;
  info.rtm_scope = RT_SCOPE_UNIVERSE;
  info.rtm_type = RTN_UNICAST;
  Message message(RTM_NEWROUTE, kNew, info, "set default route to " + gateway);
  message.put_bytes(RTA_GATEWAY, ip.bytes.data(), ip.size).put(RTA_OIF, index);
  return message;
}

Message add_local_route(int loopback_index, std::uint32_t table, int family) {
  rtmsg info{};
  info.rtm_family = static_cast<unsigned char>(family);
  info.rtm_table = RT_TABLE_UNSPEC;
  info.rtm_protocol = RTPROT_STATIC;
  info.rtm_scope = RT_SCOPE_HOST;
  info.rtm_type = RTN_LOCAL;
  Message message(RTM_NEWROUTE, kNew, info, "set the route of transparent sockets");
  message.put(RTA_TABLE, table).put(RTA_OIF, loopback_index);
  return message;
}

Message add_mark_rule(std::uint32_t mark, std::uint32_t table, int family) {
  fib_rule_hdr info{};
  info.family = static_cast<unsigned char>(family);
  info.action = FR_ACT_TO_TBL;
  Message message(RTM_NEWRULE, kNew, info, "set the rule of transparent sockets");
  message.put(FRA_FWMARK, mark).put(FRA_TABLE, table).put(FRA_PRIORITY, std::uint32_t{100});
  return message;
}

int index_of(Socket& socket, const std::string& name) {
  int index = 0;
  Message request(RTM_GETLINK, 0, ifinfomsg{}, "find interface " + name);
  request.put(IFLA_IFNAME, std::string_view(name)).without_ack();
  request.put(IFLA_EXT_MASK, std::uint32_t{RTEXT_FILTER_SKIP_STATS});
  socket.get(std::move(request), [&](const nlmsghdr& answer) {
    index = static_cast<const ifinfomsg*>(NLMSG_DATA(&answer))->ifi_index;
  });
  return index;
}

void settle(const Socket& socket, const std::string& name) {
  // See ethtool_op_get_link() and linkwatch_sync_dev() in the kernel. RTM_GETLINK does so since 6.8 only.
  ethtool_value state{.cmd = ETHTOOL_GLINK, .data = 0};
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), sizeof request.ifr_name - 1);
  request.ifr_data = reinterpret_cast<char*>(&state);
  if (::ioctl(socket.fd(), SIOCETHTOOL, &request) != 0) sys::throw_errno("bring up interface " + name);
}

std::vector<std::string> routed_prefixes(Socket& socket) {
  std::vector<std::string> prefixes;
  for (const int family : {AF_INET, AF_INET6})
    each_route(socket, family, [&](const nlmsghdr& answer, const rtmsg& route) {
      if (route.rtm_dst_len == 0) return;
      each_attribute(answer, sizeof(rtmsg), [&](std::uint16_t type, const void* data, std::size_t size) {
        if (type == RTA_DST && size == (family == AF_INET ? 4 : 16))
          prefixes.push_back(prefix_text(family, data, route.rtm_dst_len));
      });
    });
  return prefixes;
}

bool has_default_route(Socket& socket, int family) {
  bool found = false;
  each_route(socket, family, [&](const nlmsghdr&, const rtmsg& route) {
    found = found || (route.rtm_dst_len == 0 && route.rtm_type == RTN_UNICAST);
  });
  return found;
}

std::set<int> routed_links(Socket& socket, int family) {
  std::set<int> links;
  each_route(socket, family, [&](const nlmsghdr& answer, const rtmsg& route) {
    if (route.rtm_type != RTN_UNICAST) return;
    each_attribute(answer, sizeof(rtmsg), [&](std::uint16_t type, const void* data, std::size_t size) {
      int index = 0;
      if (type != RTA_OIF || size != sizeof index) return;
      std::memcpy(&index, data, sizeof index);
      links.insert(index);
    });
  });
  return links;
}

std::vector<std::string> local_addresses(Socket& socket) {
  std::vector<std::string> addresses;
  Message request(RTM_GETADDR, NLM_F_DUMP, ifaddrmsg{}, "list addresses");
  request.without_ack();
  socket.dump(std::move(request), [&](const nlmsghdr& answer) {
    const int family = static_cast<const ifaddrmsg*>(NLMSG_DATA(&answer))->ifa_family;
    if (family != AF_INET && family != AF_INET6) return;
    each_attribute(answer, sizeof(ifaddrmsg), [&](std::uint16_t type, const void* data, std::size_t) {
      // IFA_ADDRESS is the other end's where there is one.
      if (type != (family == AF_INET ? IFA_LOCAL : IFA_ADDRESS)) return;
      std::array<char, INET6_ADDRSTRLEN> text{};
      addresses.emplace_back(::inet_ntop(family, data, text.data(), text.size()));
    });
  });
  return addresses;
}

std::map<std::string, std::string> link_aliases(Socket& socket) {
  std::map<std::string, std::string> aliases;
  Message request(RTM_GETLINK, NLM_F_DUMP, ifinfomsg{}, "list links");
  request.put(IFLA_EXT_MASK, std::uint32_t{RTEXT_FILTER_SKIP_STATS}).without_ack();
  socket.dump(std::move(request), [&](const nlmsghdr& answer) {
    std::string name;
    std::string alias;
    each_attribute(answer, sizeof(ifinfomsg), [&](std::uint16_t type, const void* data, std::size_t size) {
      if (size == 0) return;
      const std::string text(static_cast<const char*>(data), ::strnlen(static_cast<const char*>(data), size));
      if (type == IFLA_IFNAME) name = text;
      if (type == IFLA_IFALIAS) alias = text;
    });
    if (!alias.empty()) aliases[name] = alias;
  });
  return aliases;
}

}  // namespace runtime::netlink
