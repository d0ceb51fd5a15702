// A published UDP port: one socket in the project's namespace for each client's flow.
#pragma once

#include "orchestrator/network/gateway/datagram.hpp"
#include "orchestrator/network/gateway/flows.hpp"
#include "orchestrator/network/gateway/published.hpp"

namespace orchestrator::network::gateway {

class PublishedUdp : public PublishedPortServer {
 public:
  /// `family` is the socket's.
  PublishedUdp(Loop& loop, runtime::sys::unique_fd socket, int family, const ProjectNamespace& project);
  void update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) override;

 private:
  struct Conversation {
    Endpoint target{};
    runtime::sys::unique_fd socket{};
    Silence silence{};
    std::unique_ptr<Watch> watch{};
  };
  void from_clients();
  void from_container(const Flow& flow, Conversation& conversation);
  Conversation* conversation_of(const Flow& flow);

  Loop& loop_;
  runtime::sys::unique_fd socket_;
  int family_;
  const ProjectNamespace& project_;
  Targets targets_{};
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  Flows<Conversation> flows_;
  Watch watch_;
};

}  // namespace orchestrator::network::gateway
