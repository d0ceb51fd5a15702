// The published ports: accepted in the host's network namespace, dialled from the project's with the client's
// own address where that is possible.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/gateway/connections.hpp"
#include "orchestrator/network/gateway/loop.hpp"
#include "orchestrator/network/gateway/sockets.hpp"
#include "orchestrator/network/gateway/surroundings.hpp"

namespace orchestrator::network::gateway {

/// The containers behind one port, taken in turn.
class Targets {
 public:
  void set(const PublishedPort& port);
  /// Every target, each time beginning with another.
  [[nodiscard]] std::vector<Endpoint> in_turn();
  [[nodiscard]] bool contains(const Endpoint& endpoint) const;

 private:
  std::vector<Endpoint> targets_{};
  std::size_t next_ = 0;
};

/// One open port; the socket closes with it, connections that are under way live on.
class PublishedPortServer {
 public:
  virtual ~PublishedPortServer() = default;
  virtual void update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) = 0;
};

class PublishedPorts {
 public:
  PublishedPorts(Loop& loop, Connections& connections, const ProjectNamespace& project)
      : loop_(loop), connections_(connections), project_(project) {}

  /// Opens what is new, closes what is gone, keeps what is the same: also the number of an ephemeral port.
  std::vector<PortResult> apply(const std::vector<PublishedPort>& ports,
                                const std::shared_ptr<const Surroundings>& surroundings);

 private:
  struct Open {
    PublishedPort port{};
    std::uint16_t number = 0;
    std::unique_ptr<PublishedPortServer> server{};
  };
  PortResult ensure(const PublishedPort& port, const std::shared_ptr<const Surroundings>& surroundings);

  Loop& loop_;
  Connections& connections_;
  const ProjectNamespace& project_;
  std::map<std::string, Open> open_{};
};

}  // namespace orchestrator::network::gateway
