#include "orchestrator/network/host_forwarding.hpp"

#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "orchestrator/network/uplink.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"

namespace orchestrator::network {

namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

constexpr const char* kSysctls = "/proc/sys/net/";

/// "ipv4/conf/eth0/forwarding". That of IPv6 decides about router advertisements and nothing is forwarded
/// without conf/all, so it has another one for single interfaces.
std::string switch_of(const std::string& link, int family) {
  return family == AF_INET ? "ipv4/conf/" + link + "/forwarding" : "ipv6/conf/" + link + "/force_forwarding";
}

bool is_on(const std::string& sysctl) {
  return sys::read_file_if_exists(kSysctls + sysctl).value_or("0").starts_with("1");
}

/// On, every interface forwards, and what any of them does is no more up to us.
bool forwards_everywhere(int family) {
  return is_on(family == AF_INET ? "ipv4/ip_forward" : "ipv6/conf/all/forwarding");
}

int family_of(const std::string& sysctl) { return sysctl.starts_with("ipv4/") ? AF_INET : AF_INET6; }

std::vector<std::string> outward_links(int family) {
  netlink::Socket routes(NETLINK_ROUTE);
  std::vector<std::string> names;
  for (const int index : netlink::routed_links(routes, family)) {
    std::array<char, IF_NAMESIZE> name{};
    if (::if_indextoname(static_cast<unsigned>(index), name.data()) == nullptr) continue;  // just gone
    if (!std::string_view(name.data()).starts_with(kUplinkPrefix)) names.emplace_back(name.data());
  }
  return names;
}

/// A sysctl as the name of a directory: interfaces may have every character in their names but '/'.
std::string as_name(std::string sysctl) {
  std::replace(sysctl.begin(), sysctl.end(), '/', ':');
  return sysctl;
}
std::string as_sysctl(std::string name) {
  std::replace(name.begin(), name.end(), ':', '/');
  return name;
}

sys::unique_fd locked(const std::string& directory) {
  sys::unique_fd fd = sys::open(directory, O_RDONLY | O_DIRECTORY);
  sys::lock(fd.get(), directory);
  return fd;
}

}  // namespace

bool host_forwards(int family) {
  if (forwards_everywhere(family)) return true;
  const std::vector<std::string> links = outward_links(family);
  return !links.empty() && std::all_of(links.begin(), links.end(), [&](const std::string& link) {
    return is_on(switch_of(link, family));
  });
}

HostForwarding::HostForwarding(const std::string& runtime_directory)
    : all_(runtime_directory + "/.forwarding"),
      directory_(all_ + "/" + std::filesystem::read_symlink("/proc/self/ns/net").string()) {}

void HostForwarding::claim(const std::string& project) const {
  sys::make_directories(directory_, 0700);
  const sys::unique_fd lock = locked(directory_);
  for (const int family : {AF_INET, AF_INET6}) {
    if (forwards_everywhere(family)) continue;
    for (const std::string& link : outward_links(family)) {
      const std::string sysctl = switch_of(link, family);
      const std::string claims = directory_ + "/" + as_name(sysctl);
      const bool is_on_without_us = is_on(sysctl) && !sys::exists(claims);
      if (is_on_without_us || !sys::exists(kSysctls + sysctl)) continue;
      sys::make_directories(claims, 0700);
      sys::replace_file(claims + "/" + project, "");
    }
  }
}

void HostForwarding::switch_on(const std::string& project) const {
  if (!sys::exists(directory_)) return;
  const sys::unique_fd lock = locked(directory_);
  for (const std::string& name : sys::list_directory(directory_))
    if (sys::exists(directory_ + "/" + name + "/" + project))
      sys::write_control(kSysctls + as_sysctl(name), "1");
}

void HostForwarding::release(const std::string& project,
                             const std::function<bool(const std::string&)>& is_alive) const {
  if (!sys::exists(directory_)) return;
  const sys::unique_fd lock = locked(directory_);
  for (const std::string& name : sys::list_directory(directory_)) {
    const std::string claims = directory_ + "/" + name;
    for (const std::string& other : sys::list_directory(claims))
      if (other == project || !is_alive(other)) ::unlink((claims + "/" + other).c_str());
    if (!sys::list_directory(claims).empty()) continue;
    const std::string sysctl = as_sysctl(name);
    const bool is_ours = sys::exists(kSysctls + sysctl) && !forwards_everywhere(family_of(sysctl));
    if (is_ours) sys::write_control(kSysctls + sysctl, "0");
    ::rmdir(claims.c_str());
  }
  ::rmdir(directory_.c_str());
  ::rmdir(all_.c_str());
}

std::vector<std::string> HostForwarding::claimed() const {
  std::set<std::string> links;
  if (!sys::exists(directory_)) return {};
  for (const std::string& name : sys::list_directory(directory_)) {
    const std::string sysctl = as_sysctl(name);  // FAMILY/conf/LINK/SWITCH
    if (forwards_everywhere(family_of(sysctl))) continue;
    const auto begin = sysctl.find('/', sysctl.find('/') + 1) + 1;
    links.insert(sysctl.substr(begin, sysctl.rfind('/') - begin));
  }
  return {links.begin(), links.end()};
}

}  // namespace orchestrator::network
