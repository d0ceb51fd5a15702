#include "orchestrator/network/gateway/dns_answers.hpp"

#include <algorithm>
#include <array>

#include "orchestrator/network/constants.hpp"

namespace orchestrator::network::gateway {

namespace {

/// Names that other engines give the host.
constexpr std::array<std::string_view, 3> kHostNames{"host.docker.internal", "gateway.docker.internal",
                                                     "host.containers.internal"};

bool is_single_label(std::string_view name) { return name.find('.') == std::string_view::npos; }

Answer records_of(const std::vector<Ip>& addresses, dns::Type type) {
  Answer answer{.verdict = Verdict::no_data};
  for (const Ip& ip : addresses) {
    const dns::Type own = ip.family == AF_INET ? dns::Type::a : dns::Type::aaaa;
    if (type == own || type == dns::Type::any) answer.addresses.push_back(ip);
  }
  if (!answer.addresses.empty()) answer.verdict = Verdict::records;
  return answer;
}

}  // namespace

Directory::Directory(const Snapshot& snapshot) {
  for (const NetworkNames& from : snapshot.networks) {
    Network& network = networks_[from.name];
    network.subnets = parse_prefixes(from.subnets);
    for (const auto& [name, addresses] : from.names) network.names[name] = parse_ips(addresses);
    for (const auto& [address, name] : from.pointers)
      if (const auto ip = Ip::parse(address)) network.pointers[*ip] = name + "." + from.name;
  }
}

Answer Directory::look_up(const DnsView& view, std::string_view name, dns::Type type) const {
  if (type == dns::Type::ptr)
    if (const auto ip = dns::reverse_address(name)) return look_up_pointer(view, *ip);
  const auto link = view.links.find(std::string(name));
  const std::string_view wanted = link == view.links.end() ? name : link->second;
  if (const auto* addresses = addresses_of(view, wanted)) return records_of(*addresses, type);
  if (link != view.links.end() || is_ours(wanted)) return {.verdict = Verdict::no_such_name};
  if (!may_ask(view)) return {.verdict = Verdict::no_such_name};
  if (view.forward && std::find(kHostNames.begin(), kHostNames.end(), name) != kHostNames.end())
    return records_of({*Ip::parse(kHostGatewayAddress)}, type);
  return {.verdict = Verdict::forward};
}

Answer Directory::look_up_pointer(const DnsView& view, const Ip& ip) const {
  for (const std::string& key : view.networks) {
    const auto network = networks_.find(key);
    if (network == networks_.end()) continue;
    const auto found = network->second.pointers.find(ip);
    if (found != network->second.pointers.end())
      return {.verdict = Verdict::records, .addresses = {}, .pointer = found->second};
  }
  const bool own = std::any_of(networks_.begin(), networks_.end(),
                               [&](const auto& entry) { return any_contains(entry.second.subnets, ip); });
  return {.verdict = own || !may_ask(view) ? Verdict::no_such_name : Verdict::forward};
}

bool Directory::is_next_door(const DnsView& view, const Ip& ip) const {
  return std::any_of(view.networks.begin(), view.networks.end(), [&](const std::string& key) {
    const auto network = networks_.find(key);
    return network != networks_.end() && any_contains(network->second.subnets, ip);
  });
}

std::vector<Ip> Directory::reachable(const DnsView& view, std::vector<Ip> servers) const {
  if (!view.forward) std::erase_if(servers, [&](const Ip& ip) { return !is_next_door(view, ip); });
  return servers;
}

bool Directory::may_ask(const DnsView& view) const {
  return view.forward || !reachable(view, parse_ips(view.servers)).empty();
}

/// Of the view's first network where something runs by this name; "web.app_default" names the network too.
const std::vector<Ip>* Directory::addresses_of(const DnsView& view, std::string_view name) const {
  for (const std::string& key : view.networks) {
    const auto network = networks_.find(key);
    if (network == networks_.end()) continue;
    const auto& names = network->second.names;
    auto found = names.find(name);
    if (found == names.end() && name.ends_with("." + key))
      found = names.find(name.substr(0, name.size() - key.size() - 1));
    if (found != names.end() && !found->second.empty()) return &found->second;
  }
  return nullptr;
}

bool Directory::is_ours(std::string_view name) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const auto& entry) {
    return entry.second.names.contains(name) || name.ends_with("." + entry.first);
  });
}

void Rotation::apply(const dns::Query& query, std::vector<Ip>& addresses) {
  if (addresses.size() < 2) return;
  const std::size_t turn = next_[{query.type, query.name}]++ % addresses.size();
  std::rotate(addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(turn), addresses.end());
}

dns::Rcode tolerable(dns::Rcode upstream, const dns::Query& query) {
  using dns::Rcode;
  if (upstream == Rcode::no_error || upstream == Rcode::no_such_name) return upstream;
  if (is_single_label(query.name)) return Rcode::no_such_name;
  const bool refused = upstream == Rcode::refused || upstream == Rcode::not_implemented;
  const bool optional_type = query.type == dns::Type::aaaa || query.type == dns::Type::https;
  return refused && optional_type ? Rcode::no_error : Rcode::server_failure;
}

}  // namespace orchestrator::network::gateway
