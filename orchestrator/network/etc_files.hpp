// What a container reads about names: /etc/hosts, /etc/resolv.conf, /etc/hostname. Pure.
#pragma once

#include <string>
#include <vector>

namespace orchestrator::network {

struct HostsEntry {
  std::string address{};
  std::vector<std::string> names{};
};
/// localhost in both families, then the entries.
std::string hosts_file(const std::vector<HostsEntry>& entries);

/// The text of a hosts(5) file, then the entries.
std::string hosts_file_with(std::string hosts, const std::vector<HostsEntry>& entries);

/// The whole name of a host, and the first part of it alone, as Docker writes them: "db.example.org", "db".
/// The domain may be in either.
std::vector<std::string> names_of_host(const std::string& hostname, const std::string& domain);

/// "name=address" of `extra_hosts`; `host-gateway` becomes `host_gateway`.
HostsEntry extra_host(const std::string& entry, const std::string& host_gateway);

struct ResolverSettings {
  std::vector<std::string> servers{};
  std::vector<std::string> search{};
  std::vector<std::string> options{};
};
std::string resolv_conf(const ResolverSettings& settings);

/// The search list of a resolv.conf(5): the last `search` or `domain` line counts.
std::vector<std::string> search_domains(const std::string& resolv_conf);

}  // namespace orchestrator::network
