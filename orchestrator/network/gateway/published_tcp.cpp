#include "orchestrator/network/gateway/published_tcp.hpp"

#include <utility>

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

PublishedTcp::PublishedTcp(Loop& loop, sys::unique_fd socket, Connections& connections,
                           const ProjectNamespace& project)
    : connections_(connections),
      project_(project),
      listener_(loop, std::move(socket), [this](sys::unique_fd accepted_socket, const Endpoint& client) {
        accepted(std::move(accepted_socket), client);
      }) {}

void PublishedTcp::update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) {
  targets_.set(port);
  surroundings_ = std::move(surroundings);
}

void PublishedTcp::accepted(sys::unique_fd socket, const Endpoint& client) {
  connections_.start(std::move(socket), [&project = project_, around = surroundings_, client,
                                         targets = targets_.in_turn(), next = std::size_t{0}]() mutable {
    while (next < targets.size()) {
      const Endpoint& target = targets[next++];
      const bool keep = around->may_keep_source(client.ip, target.ip);
      sys::unique_fd dialled = dial([&] { return project.socket(target.ip.family, SOCK_STREAM); }, target,
                                    keep ? &client : nullptr);
      if (dialled) return dialled;
    }
    return sys::unique_fd();
  });
}

}  // namespace orchestrator::network::gateway
