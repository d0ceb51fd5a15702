// A published TCP port.
#pragma once

#include <functional>
#include <memory>

#include "orchestrator/network/gateway/held_clients.hpp"
#include "orchestrator/network/gateway/listener.hpp"
#include "orchestrator/network/gateway/port_use.hpp"
#include "orchestrator/network/gateway/published.hpp"

namespace orchestrator::network::gateway {

class PublishedTcp : public PublishedPortServer {
 public:
  PublishedTcp(Loop& loop, runtime::sys::unique_fd socket, Connections& connections,
               const ProjectNamespace& project, std::shared_ptr<TargetUses> targets_in_use,
               const std::function<void()>& activity_changed);
  ~PublishedTcp() override;
  void update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) override;
  [[nodiscard]] bool is_busy() const override { return use_->is_busy(); }
  [[nodiscard]] bool has_waiting() const override { return !held_->empty(); }

 private:
  void serve(HeldClients::Client client);

  Connections& connections_;
  const ProjectNamespace& project_;
  Targets targets_{};
  std::chrono::seconds hold_{0};
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  std::shared_ptr<TargetUses> targets_in_use_;
  std::shared_ptr<PortUse> use_;
  std::shared_ptr<HeldClients> held_;  ///< shared with connections that are still being dialled
  Listener listener_;
};

}  // namespace orchestrator::network::gateway
