#include "orchestrator/supervisor/network.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <stdexcept>

#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/etc_files.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using network::Applied;
using state::Phase;

namespace {

constexpr const char* kNamespaceName = "netns";
constexpr const char* kGatewayName = "gateway";
constexpr auto kGatewayPatience = std::chrono::seconds(10);
/// The kernel takes links of a dead namespace away in its own time (15 to 60 ms) and tells nobody.
constexpr auto kLinger = std::chrono::seconds(3);
constexpr auto kLingerStep = std::chrono::milliseconds(10);

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Networks that a service is in, the one with the default route first.
std::vector<std::pair<std::string, project::Attachment>> attachments_of(const project::Service& service) {
  std::vector<std::pair<std::string, project::Attachment>> list(service.networks.begin(),
                                                                service.networks.end());
  if (list.empty()) list.emplace_back("default", project::Attachment{});
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.gw_priority, a.second.priority) >
           std::pair(b.second.gw_priority, b.second.priority);
  });
  return list;
}

/// Loader output always has it; a stack written by hand for a test may not.
project::Network network_named(const Definition& definition, const std::string& key) {
  const auto found = definition.project.networks.find(key);
  if (found != definition.project.networks.end()) return found->second;
  return {.key = key, .name = definition.project.name + "_" + key};
}

std::vector<network::Prefix> host_prefixes() {
  std::vector<network::Prefix> prefixes;
  runtime::netlink::Socket routes(NETLINK_ROUTE);
  for (const std::string& text : runtime::netlink::routed_prefixes(routes))
    prefixes.push_back(network::parse_prefix(text));
  return prefixes;
}

std::optional<network::PublishedPort> published(const Member& member, std::size_t index) {
  const project::Port& port = member.definition->service.ports.at(index);
  network::PublishedPort result{
      .key = member.record.id + " " + std::to_string(index),
      .service = member.record.service,
      .host_ip = port.host_ip,
      .protocol = port.protocol == "udp" ? network::Protocol::udp : network::Protocol::tcp,
      .target_port = port.target};
  const auto dash = port.published.find('-');
  if (!port.published.empty()) result.host_port = static_cast<std::uint16_t>(std::stoi(port.published));
  if (dash != std::string::npos)
    result.host_port_last = static_cast<std::uint16_t>(std::stoi(port.published.substr(dash + 1)));
  return result;
}

const state::Address* address_in(const Member& member, const std::string& network) {
  for (const state::Address& address : member.record.addresses)
    if (address.network == network) return &address;
  return nullptr;
}

/// Its interfaces and its names are there, even while it is still being started.
bool is_connected(const Member& member) { return member.is_alive() && !member.record.addresses.empty(); }
bool is_reachable(const Member& member) {
  return is_connected(member) &&
         (member.record.phase == Phase::running || member.record.phase == Phase::paused);
}

}  // namespace

bool uses_networks(const project::Service& service) {
  return service.network_mode.empty() || service.network_mode == "bridge" ||
         service.network_mode == "default";
}

network::Pool& Network::pool_of(const project::Network& wanted) {
  const auto known = pools_.find(wanted.name);
  if (known != pools_.end()) return known->second;
  std::vector<network::Prefix> taken = host_prefixes();
  for (const auto& [name, pool] : pools_) taken.push_back(pool.subnet());
  std::optional<network::Prefix> subnet;
  std::uint32_t gateway = 0;
  for (const project::IpamPool& pool : wanted.ipam) {
    if (pool.subnet.empty() || pool.subnet.find(':') != std::string::npos) continue;
    subnet = network::parse_prefix(pool.subnet);
    if (!pool.gateway.empty()) gateway = network::parse_address(pool.gateway);
    break;
  }
  network::Pool pool(subnet ? *subnet : network::choose_subnet(taken), gateway);
  for (const auto& [id, member] : stack_.members)
    if (const state::Address* address = address_in(*member, wanted.name);
        address != nullptr && !address->ipv4.empty())
      if (const std::uint32_t number = network::parse_address(address->ipv4); pool.subnet().contains(number))
        pool.reserve(member->record.service, number);
  return pools_.emplace(wanted.name, std::move(pool)).first->second;
}

void Network::ensure(const Definition& definition) {
  if (!project_) {
    project_ = std::make_unique<network::ProjectNetwork>();
    stack_.keeper.store(kNamespaceName, project_->fd());
  }
  std::vector<network::BridgeNetwork> missing;
  for (const auto& [key, attachment] : attachments_of(definition.service)) {
    const project::Network wanted = network_named(definition, key);
    if (networks_.contains(wanted.name)) continue;
    const network::Pool& pool = pool_of(wanted);
    network::BridgeNetwork bridge{
        .name = wanted.name, .subnet = pool.subnet(), .gateway = pool.gateway(), .internal = wanted.internal};
    if (const auto mtu = wanted.driver_opts.find("com.docker.network.driver.mtu");
        mtu != wanted.driver_opts.end())
      bridge.mtu = std::stoi(mtu->second);
    missing.push_back(bridge);
    networks_.emplace(wanted.name, bridge);
    stack_.tell("Network", wanted.name, "Created");
  }
  if (!missing.empty()) project_->ensure(missing);
}

asio::awaitable<void> Network::ensure_gateway() {
  if (gateway_ && *gateway_alive_) co_return;
  network::StartedGateway started = network::start_gateway(project_->fd());
  stack_.keeper.store(kGatewayName, started.control.get());
  gateway_.emplace(std::move(started.control));
  gateway_alive_ = std::make_shared<bool>(true);
  asio::co_spawn(stack_.loop, listen(*this, gateway_alive_), asio::detached);
}

asio::awaitable<void> Network::listen(Network& self, std::shared_ptr<bool> alive) {
  const sys::unique_fd own = sys::dup(self.gateway_->fd());
  while (*alive && co_await readable(own.get())) {
    if (!*alive) co_return;
    try {
      while (auto answer = self.gateway_->receive()) {
        self.applied_generation_ = answer->generation;
        self.applied_ = std::move(*answer);
      }
    } catch (const std::system_error&) {
      *alive = false;
    }
    self.stack_.changed.notify();
  }
}

std::map<std::string, std::string> Network::prepare(Member& member) {
  const project::Service& service = member.definition->service;
  const std::string directory = stack_.paths.instance(member.record.id);
  std::map<std::string, std::string> files;
  const auto write = [&](const char* name, const std::string& text) {
    sys::replace_file(directory + "/" + name, text, 0644);
    files["/etc/" + std::string(name)] = directory + "/" + name;
  };
  const bool shared =
      service.network_mode.starts_with("service:") || service.network_mode.starts_with("container:");
  const bool host_root = service.rootfs && service.rootfs->path == "/";
  if (service.network_mode == "host" || shared) {
    // The host's own names; an image of "/" has them already.
    if (!host_root && sys::exists("/etc/resolv.conf")) files["/etc/resolv.conf"] = "/etc/resolv.conf";
    return files;
  }
  const std::string hostname = service.hostname.empty() ? member.record.id : service.hostname;
  std::vector<network::HostsEntry> entries;
  member.record.addresses.clear();
  if (uses_networks(service)) {
    ensure(*member.definition);
    for (const auto& [key, attachment] : attachments_of(service)) {
      const project::Network wanted = network_named(*member.definition, key);
      std::optional<std::uint32_t> fixed;
      if (!attachment.ipv4_address.empty()) fixed = network::parse_address(attachment.ipv4_address);
      const std::uint32_t address = pool_of(wanted).allocate(service.name, member.record.number, fixed);
      member.record.addresses.push_back({.network = wanted.name, .ipv4 = network::address_text(address)});
      entries.push_back({.address = network::address_text(address), .names = {hostname}});
    }
    network::ResolverSettings resolver{.servers = {std::string(network::kDnsAddress)},
                                       .search = service.dns_search,
                                       .options = service.dns_opt};
    if (std::none_of(resolver.options.begin(), resolver.options.end(),
                     [](const std::string& option) { return option.starts_with("ndots:"); }))
      resolver.options.emplace_back("ndots:0");
    write("resolv.conf", network::resolv_conf(resolver));
  }
  for (const std::string& entry : service.extra_hosts)
    entries.push_back(network::extra_host(entry, std::string(network::kHostGatewayAddress)));
  write("hosts", network::hosts_file(entries));
  write("hostname", hostname + "\n");
  return files;
}

void Network::connect(Member& member) {
  const sys::unique_fd inside = runtime::netlink::network_namespace_of(member.record.pid);
  std::vector<network::Interface> interfaces;
  const auto attachments = attachments_of(member.definition->service);
  bool has_default = false;
  for (const auto& [key, attachment] : attachments) {
    const std::string name = network_named(*member.definition, key).name;
    const state::Address* address = address_in(member, name);
    if (address == nullptr) continue;
    const bool route = !has_default && !networks_.at(name).internal;
    has_default = has_default || route;
    network::Interface link{.network = name,
                            .name = attachment.interface_name,
                            .address = network::parse_address(address->ipv4),
                            .mac = attachment.mac_address,
                            .default_route = route};
    if (link.name.empty()) link.name = "eth" + std::to_string(interfaces.size());
    if (link.mac.empty()) link.mac = member.definition->service.mac_address;
    if (link.mac.empty()) link.mac = network::mac_for(link.address);
    interfaces.push_back(std::move(link));
  }
  project_->attach(inside.get(), interfaces);
  const network::ResolverSockets sockets = network::ProjectNetwork::open_resolver(inside.get());
  (void)send({{.key = member.record.id, .udp = sockets.udp.get(), .tcp = sockets.tcp.get()}});
}

asio::awaitable<void> Network::attach(Member& member) {
  if (!uses_networks(member.definition->service)) co_return;
  co_await ensure_gateway();
  connect(member);
  if (member.definition->service.ports.empty()) co_return;
  const std::uint64_t awaited = generation_;
  const bool answered = co_await stack_.changed.until(
      [&] { return applied_generation_ >= awaited || !*gateway_alive_; }, Clock::now() + kGatewayPatience);
  if (!answered || !*gateway_alive_) throw std::runtime_error("the network gateway does not answer");
  take_ports(member, applied_);
}

void Network::take_ports(Member& member, const Applied& applied) {
  member.record.ports.clear();
  for (std::size_t i = 0; i < member.definition->service.ports.size(); ++i) {
    const auto wanted = published(member, i);
    for (const network::PortResult& result : applied.ports) {
      if (result.key != wanted->key) continue;
      if (!result.error.empty()) throw std::runtime_error(result.error);
      member.record.ports.push_back({.host_ip = wanted->host_ip.empty() ? "0.0.0.0" : wanted->host_ip,
                                     .host_port = result.host_port,
                                     .container_port = wanted->target_port,
                                     .protocol = member.definition->service.ports[i].protocol});
    }
  }
}

void Network::refresh() { (void)send(); }

void Network::detach(Member& member) {
  for (const state::Address& address : member.record.addresses)
    if (const auto pool = pools_.find(address.network); pool != pools_.end() && !address.ipv4.empty())
      pool->second.release(network::parse_address(address.ipv4));
  member.record.addresses.clear();
  member.record.ports.clear();
  refresh();
}

void Network::add_names(const Member& member, std::map<std::string, network::NetworkNames>& networks) const {
  const project::Service& service = member.definition->service;
  for (const auto& [key, attachment] : attachments_of(service)) {
    const std::string full = network_named(*member.definition, key).name;
    const auto found = networks.find(full);
    if (found == networks.end()) continue;
    network::NetworkNames& names = found->second;
    std::vector<std::string> own{service.name, member.record.id, member.record.name};
    if (!service.hostname.empty()) own.push_back(service.hostname);
    own.insert(own.end(), attachment.aliases.begin(), attachment.aliases.end());
    const state::Address* address = address_in(member, full);
    const bool reachable = is_reachable(member) && address != nullptr;
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    for (const std::string& name : own) {
      auto& addresses = names.names[lower(name)];
      if (reachable) addresses.push_back(address->ipv4);
    }
    if (reachable) names.pointers[address->ipv4] = member.record.name;
  }
}

void Network::add_ports(const Member& member, network::Snapshot& snapshot) const {
  for (std::size_t i = 0; i < member.definition->service.ports.size(); ++i) {
    network::PublishedPort port = *published(member, i);
    for (const state::PublishedPort& actual : member.record.ports)
      if (actual.container_port == port.target_port && port.host_port == 0) port.host_port = actual.host_port;
    if (is_reachable(member)) port.targets = {member.record.addresses.front().ipv4};
    snapshot.ports.push_back(std::move(port));
  }
}

network::Snapshot Network::snapshot() const {
  network::Snapshot result{.generation = generation_};
  std::map<std::string, network::NetworkNames> networks;
  for (const auto& [name, bridge] : networks_)
    networks[name] = {.name = name,
                      .internal = bridge.internal,
                      .subnets = {network::to_string(bridge.subnet)},
                      .gateways = {network::address_text(bridge.gateway)}};
  for (const auto& [id, member] : stack_.members) {
    if (!uses_networks(member->definition->service)) continue;
    add_names(*member, networks);
    if (!is_connected(*member)) continue;
    add_ports(*member, result);
    network::DnsView view{.key = id, .servers = member->definition->service.dns, .forward = false};
    for (const state::Address& address : member->record.addresses) {
      view.networks.push_back(address.network);
      const auto bridge = networks_.find(address.network);
      if (bridge != networks_.end() && !bridge->second.internal) view.forward = true;
    }
    result.views.push_back(std::move(view));
  }
  for (auto& [name, names] : networks) result.networks.push_back(std::move(names));
  return result;
}

bool Network::send(const std::vector<network::DnsSockets>& sockets) {
  if (!gateway_ || !*gateway_alive_) return false;
  // Greater than every earlier supervisor's.
  generation_ = std::max(generation_ + 1, static_cast<std::uint64_t>(wall_clock_ns()));
  if (!gateway_->apply(snapshot(), sockets)) *gateway_alive_ = false;
  return *gateway_alive_;
}

asio::awaitable<void> Network::reconnect(Member& member) {
  std::string failure;
  for (const auto end = Clock::now() + kLinger; Clock::now() < end;) {
    try {
      connect(member);
      co_return;
    } catch (const std::system_error& error) {
      failure = error.what();
      if (error.code() != std::errc::file_exists) break;
    }
    co_await stack_.changed.until([] { return false; }, Clock::now() + kLingerStep);
  }
  stack_.warn("container " + member.record.name + " has lost its network: " + failure);
}

asio::awaitable<void> Network::adopt(std::map<std::string, sys::unique_fd>& inherited) {
  const auto kept = inherited.find(kNamespaceName);
  const bool lost = kept == inherited.end();
  if (!lost) project_ = std::make_unique<network::ProjectNetwork>(std::move(kept->second));
  std::vector<Member*> connected;
  for (const auto& [id, member] : stack_.members)
    if (is_connected(*member)) connected.push_back(member.get());
  if (connected.empty()) {
    project_.reset();
    stack_.keeper.drop(kNamespaceName);
    stack_.keeper.drop(kGatewayName);
    co_return;
  }
  for (Member* member : connected) ensure(*member->definition);
  const auto control = inherited.find(kGatewayName);
  if (!lost && control != inherited.end()) {
    gateway_.emplace(std::move(control->second));
    gateway_alive_ = std::make_shared<bool>(true);
    asio::co_spawn(stack_.loop, listen(*this, gateway_alive_), asio::detached);
    if (send()) co_return;
  }
  co_await ensure_gateway();
  if (lost)
    for (Member* member : connected) co_await reconnect(*member);
  refresh();
}

asio::awaitable<void> Network::close() {
  if (!gateway_ && !project_) co_return;
  stack_.keeper.drop(kGatewayName);
  stack_.keeper.drop(kNamespaceName);
  if (gateway_) {
    (void)gateway_->quit();
    *gateway_alive_ = false;
    gateway_.reset();
  }
  project_.reset();
  for (const auto& [name, bridge] : networks_) stack_.tell("Network", name, "Removed");
  networks_.clear();
  pools_.clear();
}

}  // namespace orchestrator::supervisor
