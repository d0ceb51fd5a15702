// A published TCP port.
#pragma once

#include "orchestrator/network/gateway/listener.hpp"
#include "orchestrator/network/gateway/published.hpp"

namespace orchestrator::network::gateway {

class PublishedTcp : public PublishedPortServer {
 public:
  PublishedTcp(Loop& loop, runtime::sys::unique_fd socket, Connections& connections,
               const ProjectNamespace& project);
  void update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) override;

 private:
  void accepted(runtime::sys::unique_fd socket, const Endpoint& client);

  Connections& connections_;
  const ProjectNamespace& project_;
  Targets targets_{};
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  Listener listener_;
};

}  // namespace orchestrator::network::gateway
