#include "orchestrator/network/etc_files.hpp"

#include <sstream>

namespace orchestrator::network {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += " " + word;
  return text;
}

}  // namespace

std::string hosts_file_with(std::string hosts, const std::vector<HostsEntry>& entries) {
  if (!hosts.empty() && !hosts.ends_with('\n')) hosts += '\n';
  for (const HostsEntry& entry : entries)
    hosts += entry.address + "\t" + joined(entry.names).substr(1) + "\n";
  return hosts;
}

std::string hosts_file(const std::vector<HostsEntry>& entries) {
  return hosts_file_with(
      "127.0.0.1\tlocalhost\n"
      "::1\tlocalhost ip6-localhost ip6-loopback\n"
      "fe00::0\tip6-localnet\n"
      "ff00::0\tip6-mcastprefix\n"
      "ff02::1\tip6-allnodes\n"
      "ff02::2\tip6-allrouters\n",
      entries);
}

std::vector<std::string> names_of_host(const std::string& hostname, const std::string& domain) {
  const std::string whole = domain.empty() ? hostname : hostname + "." + domain;
  const auto dot = whole.find('.');
  if (dot == std::string::npos || dot == 0) return {whole};
  return {whole, whole.substr(0, dot)};
}

HostsEntry extra_host(const std::string& entry, const std::string& host_gateway) {
  const auto at = entry.find_first_of("=:");
  std::string address = at == std::string::npos ? "" : entry.substr(at + 1);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  return {.address = address == "host-gateway" ? host_gateway : address, .names = {entry.substr(0, at)}};
}

std::string resolv_conf(const ResolverSettings& settings) {
  std::string text;
  for (const std::string& server : settings.servers) text += "nameserver " + server + "\n";
  if (!settings.search.empty()) text += "search" + joined(settings.search) + "\n";
  if (!settings.options.empty()) text += "options" + joined(settings.options) + "\n";
  return text;
}

std::vector<std::string> search_domains(const std::string& resolv_conf) {
  std::vector<std::string> domains;
  std::istringstream lines(resolv_conf);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key != "search" && key != "domain") continue;
    domains.clear();
    for (std::string domain; words >> domain;) domains.push_back(domain);
  }
  return domains;
}

}  // namespace orchestrator::network
