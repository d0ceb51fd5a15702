// The project's own network namespace: bridges in it, veth pairs from it into the containers, the rules of
// the way out. Nothing of it is in the host's namespace, and all of it is gone when the last descriptor is
// closed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/network/addresses.hpp"
#include "runtime/netlink/socket.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network {

struct BridgeNetwork {
  std::string name{};  ///< full name, "app_default"
  Prefix subnet{};
  std::uint32_t gateway = 0;
  bool internal = false;
  int mtu = 0;  ///< 0: the kernel's default
};

/// One interface of a container.
struct Interface {
  std::string network{};  ///< full name
  std::string name{};     ///< "eth0"
  std::uint32_t address = 0;
  std::string mac{};  ///< empty: follows from the address
  bool default_route = false;
};

/// A container's resolver: both sockets on one address, UDP and listening TCP.
struct ResolverSockets {
  runtime::sys::unique_fd udp{};
  runtime::sys::unique_fd tcp{};
};

class ProjectNetwork {
 public:
  /// A new namespace. Throws std::system_error.
  ProjectNetwork();
  /// One that an earlier supervisor has made; its bridges are found by their networks' names.
  explicit ProjectNetwork(runtime::sys::unique_fd network_namespace);

  [[nodiscard]] int fd() const { return namespace_.get(); }
  /// Makes the bridges that are not there yet, and the rules of the way out for all of them.
  void ensure(const std::vector<BridgeNetwork>& networks);
  /// What a bridge made earlier has, also by an earlier supervisor; nothing where there is none.
  std::optional<Prefix> subnet_of(const std::string& network);
  /// Gives the container its interfaces. Throws std::system_error; what was made goes with the container.
  void attach(int container_namespace, const std::vector<Interface>& interfaces);
  /// Resolver sockets inside the container, and the rule that leads port 53 of 127.0.0.11 to them.
  static ResolverSockets open_resolver(int container_namespace);

 private:
  struct Bridge {
    BridgeNetwork network{};
    std::string link{};
    int index = 0;
  };
  void prepare_namespace();
  void set_up_inside(runtime::netlink::Socket& inside, const Interface& one) const;

  runtime::sys::unique_fd namespace_;
  runtime::netlink::Socket routes_;
  std::map<std::string, Bridge> bridges_{};
};

}  // namespace orchestrator::network
