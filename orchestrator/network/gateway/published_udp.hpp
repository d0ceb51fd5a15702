// A published UDP port: one socket in the project's namespace for each client's flow.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "orchestrator/network/gateway/datagram.hpp"
#include "orchestrator/network/gateway/flows.hpp"
#include "orchestrator/network/gateway/port_use.hpp"
#include "orchestrator/network/gateway/published.hpp"

namespace orchestrator::network::gateway {

class PublishedUdp : public PublishedPortServer {
 public:
  /// `family` is the socket's.
  PublishedUdp(Loop& loop, runtime::sys::unique_fd socket, int family, const ProjectNamespace& project,
               const std::function<void()>& activity_changed);
  ~PublishedUdp() override;
  void update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) override;
  [[nodiscard]] bool is_busy() const override { return use_->is_busy(); }
  [[nodiscard]] bool has_waiting() const override { return !held_.empty(); }

 private:
  struct Conversation {
    Endpoint target{};
    runtime::sys::unique_fd socket{};
    Silence silence{};
    std::shared_ptr<void> use{};
    std::unique_ptr<Watch> watch{};
  };
  struct Held {
    Flow flow{};
    std::string data{};
    Clock::time_point deadline{};
  };
  void from_clients();
  void pass_on(const Flow& flow, std::span<const char> data);
  void from_container(const Flow& flow, Conversation& conversation);
  Conversation* conversation_of(const Flow& flow);
  void hold(const Flow& flow, std::span<const char> data);
  void drop_late_ones();

  Loop& loop_;
  runtime::sys::unique_fd socket_;
  int family_;
  const ProjectNamespace& project_;
  std::function<void()> activity_changed_;
  Targets targets_{};
  std::chrono::seconds hold_{0};
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  std::shared_ptr<PortUse> use_;
  std::deque<Held> held_{};  ///< there is no target yet
  Timer late_;
  Flows<Conversation> flows_;
  Watch watch_;
};

}  // namespace orchestrator::network::gateway
