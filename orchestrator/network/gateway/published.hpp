// The published ports: accepted in the host's network namespace, dialled from the project's with the client's
// own address where that is possible.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/gateway/bind_port.hpp"
#include "orchestrator/network/gateway/connections.hpp"
#include "orchestrator/network/gateway/loop.hpp"
#include "orchestrator/network/gateway/sockets.hpp"
#include "orchestrator/network/gateway/surroundings.hpp"
#include "orchestrator/network/gateway/target_use.hpp"

namespace orchestrator::network::gateway {

/// The containers behind one port, taken in turn.
class Targets {
 public:
  void set(const PublishedPort& port);
  /// Every target, each time beginning with another, those of the client's family first: only they can see
  /// the client's own address.
  [[nodiscard]] std::vector<Endpoint> in_turn(int family);
  [[nodiscard]] bool contains(const Endpoint& endpoint) const;
  [[nodiscard]] bool empty() const { return targets_.empty(); }

 private:
  std::vector<Endpoint> targets_{};
  std::size_t next_ = 0;
};

/// One open port; the socket closes with it, connections that are under way live on.
class PublishedPortServer {
 public:
  virtual ~PublishedPortServer() = default;
  virtual void update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) = 0;
  [[nodiscard]] virtual bool is_busy() const = 0;
  /// Clients wait for a target.
  [[nodiscard]] virtual bool has_waiting() const = 0;
};

class PublishedPorts {
 public:
  /// `activity_changed`: activity() may have.
  PublishedPorts(Loop& loop, Connections& connections, const ProjectNamespace& project,
                 std::function<void()> activity_changed)
      : loop_(loop),
        connections_(connections),
        project_(project),
        activity_changed_(std::move(activity_changed)),
        uses_(std::make_shared<TargetUses>(activity_changed_)) {}

  /// Opens what is new, closes what is gone, keeps what is the same: also the number of an ephemeral port.
  std::vector<PortResult> apply(const std::vector<PublishedPort>& ports,
                                const std::shared_ptr<const Surroundings>& surroundings);
  /// No new client is sent to these; activity() tells which have clients.
  void expect_leaving(std::vector<std::string> targets) { uses_->expect_leaving(std::move(targets)); }
  /// Of the watched ports, and of containers that are left.
  [[nodiscard]] Activity activity() const;

 private:
  struct Open {
    PublishedPort port{};
    std::uint16_t number = 0;
    std::unique_ptr<PublishedPortServer> server{};
  };
  PortResult ensure(const PublishedPort& port, const std::shared_ptr<const Surroundings>& surroundings);
  [[nodiscard]] std::unique_ptr<PublishedPortServer> serve(BoundPort bound, const PublishedPort& port) const;

  Loop& loop_;
  Connections& connections_;
  const ProjectNamespace& project_;
  std::function<void()> activity_changed_;
  std::shared_ptr<TargetUses> uses_;
  std::map<std::string, Open> open_{};
};

}  // namespace orchestrator::network::gateway
