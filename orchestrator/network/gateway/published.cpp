#include "orchestrator/network/gateway/published.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "orchestrator/network/gateway/published_tcp.hpp"
#include "orchestrator/network/gateway/published_udp.hpp"

namespace orchestrator::network::gateway {

namespace {

bool same_place(const PublishedPort& a, const PublishedPort& b) {
  return a.host_ip == b.host_ip && a.host_port == b.host_port && a.host_port_last == b.host_port_last &&
         a.protocol == b.protocol;
}

}  // namespace

void Targets::set(const PublishedPort& port) {
  targets_.clear();
  for (const std::string& text : port.targets)
    if (const auto target = Endpoint::parse(text)) targets_.push_back(*target);
}

std::vector<Endpoint> Targets::in_turn(int family) {
  std::vector<Endpoint> result = targets_;
  if (result.empty()) return result;
  std::rotate(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(next_++ % result.size()),
              result.end());
  std::stable_partition(result.begin(), result.end(),
                        [&](const Endpoint& target) { return target.ip.family == family; });
  return result;
}

bool Targets::contains(const Endpoint& endpoint) const {
  return std::find(targets_.begin(), targets_.end(), endpoint) != targets_.end();
}

std::vector<PortResult> PublishedPorts::apply(const std::vector<PublishedPort>& ports,
                                              const std::shared_ptr<const Surroundings>& surroundings) {
  // What is gone is closed first, so that its number can move to another key in the same snapshot.
  std::map<std::string, const PublishedPort*> wanted;
  for (const PublishedPort& port : ports) wanted.emplace(port.key, &port);
  std::erase_if(open_, [&](const auto& entry) {
    const auto found = wanted.find(entry.first);
    return found == wanted.end() || !same_place(*found->second, entry.second.port);
  });
  std::vector<PortResult> results;
  for (const PublishedPort& port : ports) results.push_back(ensure(port, surroundings));
  return results;
}

Activity PublishedPorts::activity() const {
  Activity activity{.leaving = uses_->leaving()};
  for (const auto& [key, open] : open_)
    if (open.port.watched)
      activity.ports.push_back({.key = key,
                                .service = open.port.service,
                                .busy = open.server->is_busy(),
                                .waiting = open.server->has_waiting()});
  return activity;
}

std::unique_ptr<PublishedPortServer> PublishedPorts::serve(BoundPort bound, const PublishedPort& port) const {
  if (port.protocol == Protocol::tcp)
    return std::make_unique<PublishedTcp>(loop_, std::move(bound.socket), connections_, project_, uses_,
                                          activity_changed_);
  return std::make_unique<PublishedUdp>(loop_, std::move(bound.socket), bound.family, project_,
                                        activity_changed_);
}

PortResult PublishedPorts::ensure(const PublishedPort& port,
                                  const std::shared_ptr<const Surroundings>& surroundings) {
  auto found = open_.find(port.key);
  if (found == open_.end()) {
    BoundPort bound = bind_port(port);
    if (!bound.socket) return {.key = port.key, .host_port = 0, .error = bound.error};
    const std::uint16_t number = bound.port;
    Open opened{.port = port, .number = number, .server = serve(std::move(bound), port)};
    found = open_.emplace(port.key, std::move(opened)).first;
  }
  found->second.port = port;
  found->second.server->update(port, surroundings);
  return {.key = port.key, .host_port = found->second.number, .error = {}};
}

}  // namespace orchestrator::network::gateway
