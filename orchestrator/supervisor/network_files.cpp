#include "orchestrator/supervisor/network_files.hpp"

#include <algorithm>

#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/etc_files.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/foreign.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

using Files = std::map<std::string, std::string>;

constexpr const char* kNames[] = {"hosts", "hostname", "resolv.conf"};

void write(Files& files, const std::string& directory, const std::string& name, const std::string& text) {
  sys::replace_file(directory + "/" + name, text, 0644);
  files["/etc/" + name] = directory + "/" + name;
}

network::ResolverSettings resolver_of(const project::Service& service) {
  network::ResolverSettings settings{.servers = {std::string(network::kDnsAddress)},
                                     .search = service.dns_search,
                                     .options = service.dns_opt};
  if (settings.search.empty())
    settings.search = network::search_domains(sys::read_file_if_exists("/etc/resolv.conf").value_or(""));
  std::erase(settings.search, ".");  // "none", as other engines write it
  // Names of the stack have no dots, and are to be asked for as they are before any search domain.
  if (std::none_of(settings.options.begin(), settings.options.end(),
                   [](const std::string& option) { return option.starts_with("ndots:"); }))
    settings.options.emplace_back("ndots:0");
  return settings;
}

Files files_in(const std::string& directory) {
  Files files;
  for (const char* name : kNames)
    if (const std::string path = directory + "/" + name; sys::exists(path))
      files["/etc/" + std::string(name)] = path;
  return files;
}

/// Who shares another's interfaces has its names.
Files files_of_joined(const Stack& stack, const std::string& mode) {
  if (const Member* owner = owner_of(mode, stack.members);
      owner != nullptr && (owner->is_alive() || owner->network_namespace))
    return files_in(stack.paths.instance(owner->record.id));
  const auto foreign = find_foreign(stack.roots, stack.paths.project, mode.substr(mode.find(':') + 1));
  return foreign ? files_in(foreign->paths.instance(foreign->record.id)) : Files{};
}

/// The host's own names, as copies: what a container writes into its own is not the host's. An image of "/"
/// has them already, but for what the service adds.
Files files_of_host(const Stack& stack, const Member& member) {
  const project::Service& service = member.definition->service;
  const bool host_root = service.rootfs && service.rootfs->path == "/";
  const std::string directory = stack.paths.instance(member.record.id);
  Files files;
  if (!host_root && sys::exists("/etc/resolv.conf")) files["/etc/resolv.conf"] = "/etc/resolv.conf";
  if (!host_root || !service.extra_hosts.empty()) {
    std::vector<network::HostsEntry> entries;
    for (const std::string& entry : service.extra_hosts)
      entries.push_back(network::extra_host(entry, "127.0.0.1"));  // it is on the host
    const auto hosts = sys::read_file_if_exists("/etc/hosts");
    write(files, directory, "hosts",
          hosts ? network::hosts_file_with(*hosts, entries) : network::hosts_file(entries));
  }
  if (!host_root || !service.hostname.empty())
    write(files, directory, "hostname", (service.hostname.empty() ? host_name() : service.hostname) + "\n");
  return files;
}

}  // namespace

std::string host_name() {
  const std::string text = sys::read_file("/proc/sys/kernel/hostname");
  return text.substr(0, text.find('\n'));
}

Files write_network_files(const Stack& stack, const Member& member, const network::Seat* seat) {
  const project::Service& service = member.definition->service;
  const std::string& mode = service.network_mode;
  Files files;
  if (mode.starts_with("service:") || mode.starts_with("container:")) return files_of_joined(stack, mode);
  if (mode == "host") return files_of_host(stack, member);
  const std::string directory = stack.paths.instance(member.record.id);
  const std::string hostname = service.hostname.empty() ? member.record.id : service.hostname;
  std::vector<network::HostsEntry> entries;
  if (seat != nullptr) {
    for (const network::Membership& one : seat->memberships)
      if (const auto found = seat->addresses.find(one.network.name);
          found != seat->addresses.end() && !one.network.key.empty())
        for (const network::Ip& ip : found->second.all())
          entries.push_back(
              {.address = ip.text(), .names = network::names_of_host(hostname, service.domainname)});
    write(files, directory, "resolv.conf", network::resolv_conf(resolver_of(service)));
  }
  for (const std::string& entry : service.extra_hosts)
    entries.push_back(network::extra_host(entry, std::string(network::kHostGatewayAddress)));
  write(files, directory, "hosts", network::hosts_file(entries));
  write(files, directory, "hostname", hostname + "\n");
  return files;
}

}  // namespace orchestrator::supervisor
