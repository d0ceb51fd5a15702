// A network namespace with bridges in it, and veth pairs from them into containers. Nothing of it is in the
// host's namespace, and all of it is gone when the last descriptor is closed.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/network/pool.hpp"
#include "orchestrator/project/project.hpp"
#include "runtime/netlink/socket.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network {

/// At most 3 characters of `prefix` and a number. Never used before on this machine, also not by an earlier
/// supervisor: links of ended containers linger for some milliseconds.
std::string fresh_link_name(const std::string& prefix);

struct BridgeNetwork {
  std::string name{};  ///< full name, "app_default"
  std::vector<Subnet> subnets{};
  bool internal = false;
  bool isolated = false;  ///< its containers do not reach each other
  int mtu = 0;            ///< 0: the kernel's default
  std::string bridge{};   ///< name of the link; empty: follows from the network's
  friend bool operator==(const BridgeNetwork&, const BridgeNetwork&) = default;
};
/// What a network of the stack file with these subnets is.
BridgeNetwork bridge_network(const project::Network& network, std::vector<Subnet> subnets);

/// An address with the length of its prefix.
struct InterfaceAddress {
  Ip ip{};
  int length = 0;
};

/// One interface of a container.
struct Interface {
  std::string network{};  ///< full name
  std::string name{};     ///< "eth0"
  std::string mac{};      ///< empty: follows from the first address
  std::vector<InterfaceAddress> addresses{};
  std::vector<Ip> gateways{};  ///< default routes
  project::StringMap sysctls{};
  std::string alias{};  ///< a note on the bridge's end
};

class Bridges {
 public:
  /// A new namespace. Throws std::system_error.
  Bridges();
  /// One that was made earlier; its bridges are found by their networks' names.
  explicit Bridges(runtime::sys::unique_fd network_namespace);

  [[nodiscard]] int fd() const { return namespace_.get(); }
  /// rtnetlink(7) over there.
  [[nodiscard]] runtime::netlink::Socket& routes() { return routes_; }

  /// Makes the bridge where it is not there yet. False where it is, also one that an earlier supervisor has
  /// made. One that has become otherwise is changed: whoever is in it stays.
  bool ensure(const BridgeNetwork& network);
  struct Bridge {
    BridgeNetwork network{};
    std::string link{};
    int index = 0;
  };
  [[nodiscard]] const std::map<std::string, Bridge>& all() const { return bridges_; }

  /// Makes the interfaces' veth pairs, the container's ends down and without addresses. Whoever had one of
  /// their addresses is cut off: the links of an ended container go some time later, on a busy machine
  /// seconds, and until then they would answer for the new one. Throws std::system_error, EEXIST where the
  /// container has an interface of that name.
  void plug(int container_namespace, const std::vector<Interface>& interfaces);
  /// What has been plugged last carries packets at once; call when the containers' ends are up.
  void settle();

 private:
  void change(Bridge& bridge, const BridgeNetwork& network);
  void set_addresses(const Bridge& bridge);
  void hand_addresses_to(const std::string& link, const Interface& interface);

  runtime::sys::unique_fd namespace_;
  runtime::netlink::Socket routes_;
  std::map<std::string, Bridge> bridges_{};
  std::vector<std::string> unsettled_{};
  std::map<std::pair<std::string, std::string>, std::string> owners_{};  ///< link of a network's address
};

/// An interface and where its other end is.
struct Plug {
  Bridges* bridges = nullptr;
  Interface interface {};
};
/// Gives a container its interfaces. Throws std::system_error; what was made goes with the container.
void attach(int container_namespace, const std::vector<Plug>& plugs);

}  // namespace orchestrator::network
