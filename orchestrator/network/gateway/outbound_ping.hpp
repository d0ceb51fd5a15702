// The way out for ping: echo requests to foreign addresses are sent anew from the host's namespace, and their
// answers brought back. The kernel answers none itself in the project's namespace, where they are delivered
// (icmp_echo_ignore_all). IPv4.
#pragma once

#include <cstdint>
#include <memory>

#include "orchestrator/network/gateway/flows.hpp"
#include "orchestrator/network/gateway/icmp.hpp"
#include "orchestrator/network/gateway/sockets.hpp"
#include "orchestrator/network/gateway/surroundings.hpp"

namespace orchestrator::network::gateway {

class OutboundPing {
 public:
  /// Throws std::system_error where raw sockets are not allowed.
  OutboundPing(Loop& loop, const ProjectNamespace& project);
  void update(std::shared_ptr<const Surroundings> surroundings) { surroundings_ = std::move(surroundings); }

 private:
  /// One ping program of a container towards one address.
  struct Pinging {
    runtime::sys::unique_fd socket{};  ///< in the host's namespace, connected
    bool raw = false;                  ///< not a ping socket: shows the IP header, and the answers of others
    std::uint16_t outer_id = 0;
    std::uint16_t inner_id = 0;
    Silence silence{};
    std::unique_ptr<Watch> watch{};
  };
  void requests();
  Pinging* pinging_of(const Flow& flow);
  void answers(const Flow& flow, Pinging& pinging);

  Loop& loop_;
  std::shared_ptr<const Surroundings> surroundings_ = std::make_shared<Surroundings>();
  runtime::sys::unique_fd socket_;
  std::uint16_t last_id_ = 0;
  Flows<Pinging> flows_;
  Watch watch_;
};

}  // namespace orchestrator::network::gateway
