// The way out: what containers send to foreign addresses arrives at transparent sockets in the project's
// namespace (TPROXY) and is dialled anew from the host's. A port that refuses is seen as "connected, then
// reset"; of ICMP only echo passes, see outbound_ping.hpp.
#pragma once

#include <memory>
#include <vector>

#include "orchestrator/network/gateway/connections.hpp"
#include "orchestrator/network/gateway/datagram.hpp"
#include "orchestrator/network/gateway/flows.hpp"
#include "orchestrator/network/gateway/listener.hpp"
#include "orchestrator/network/gateway/outbound_ping.hpp"
#include "orchestrator/network/gateway/sockets.hpp"
#include "orchestrator/network/gateway/surroundings.hpp"

namespace orchestrator::network::gateway {

class OutboundTcp {
 public:
  /// Listens on kOutboundPort. Throws std::system_error.
  OutboundTcp(Loop& loop, Connections& connections, const ProjectNamespace& project, int family);
  void update(std::shared_ptr<const Surroundings> surroundings) { surroundings_ = std::move(surroundings); }

 private:
  void accepted(runtime::sys::unique_fd socket, const Endpoint& container);

  Connections& connections_;
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  Listener listener_;
};

class OutboundUdp {
 public:
  OutboundUdp(Loop& loop, const ProjectNamespace& project, int family);
  void update(std::shared_ptr<const Surroundings> surroundings) { surroundings_ = std::move(surroundings); }

 private:
  /// Two connected sockets; once they are there, the kernel gives this flow's datagrams to `inner` itself.
  struct Conversation {
    runtime::sys::unique_fd inner{};  ///< in the project: seems to be the foreign address
    runtime::sys::unique_fd outer{};  ///< in the host's namespace
    Silence silence{};
    std::unique_ptr<Watch> inner_watch{};
    std::unique_ptr<Watch> outer_watch{};
  };
  void first_datagrams();
  Conversation* conversation_of(const Flow& flow);
  std::unique_ptr<Conversation> make_conversation(const Flow& flow, const Endpoint& outside);
  void pass_on(const Endpoint& container, Conversation& conversation);
  void pass_back(Conversation& conversation);

  Loop& loop_;
  const ProjectNamespace& project_;
  int family_;
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  runtime::sys::unique_fd socket_;
  Flows<Conversation> flows_;
  Watch watch_;
};

/// Both, for IPv4 and, where the kernel has it, IPv6.
class Outbound {
 public:
  Outbound(Loop& loop, Connections& connections, const ProjectNamespace& project);
  void update(const std::shared_ptr<const Surroundings>& surroundings);

 private:
  std::vector<std::unique_ptr<OutboundTcp>> tcp_{};
  std::vector<std::unique_ptr<OutboundUdp>> udp_{};
  std::unique_ptr<OutboundPing> ping_{};
};

}  // namespace orchestrator::network::gateway
