// The kernel's own way between the host's network namespace and a project's: a veth pair, the host's end with
// masquerade, and in an nf_tables table that belongs to a socket. What the gateway process does by copying
// is done by forwarding, where the host forwards. Link and table are gone with the namespace and the socket,
// so a `kill -9` of everything leaves none of it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/socket.hpp"
#include "runtime/netlink/uplink_rules.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network {

/// The host's ends of all projects are called so, and a number.
inline constexpr const char* kUplinkPrefix = "mdu";

/// The host's own addresses but for loopback ones, in the caller's namespace. The gateway dials them, so that
/// the host's programs see the host, whichever way the rest goes.
std::vector<std::string> host_addresses();

class Uplink {
 public:
  /// A new one, which carries nothing yet. For a caller in the host's namespace. Throws std::system_error,
  /// also where a privilege or the kernel's support for tables of a socket's own is missing.
  Uplink(const std::string& project, int project_namespace);
  /// One that an earlier supervisor has made. Throws std::system_error where it is gone.
  Uplink(const std::string& project, int project_namespace, runtime::sys::unique_fd tables);

  /// The socket that the table belongs to.
  [[nodiscard]] int tables() const { return tables_.fd(); }

  struct Load {
    std::set<int> families{};  ///< whose way out it is
    std::vector<runtime::netlink::Redirection> redirections{};
    std::vector<std::string> hosts{};    ///< see host_addresses(): the gateway's all the same
    std::vector<std::string> guarded{};  ///< see runtime::netlink::HostSide
    friend bool operator==(const Load&, const Load&) = default;
  };
  /// From now on it carries this, and the project's gateway the rest.
  void carry(Load load, ProjectNetwork& project);

  /// Sends a datagram the way that containers' packets would go. It has passed when passed() says more than
  /// before.
  void probe(int family) const;
  [[nodiscard]] std::uint64_t passed();

  /// Takes all of it away, in some 20 ms, which is the last thing to be done with it; otherwise the link is
  /// gone soon after its namespace.
  void remove();

 private:
  void make_link();
  void configure();
  void set_host_side(const Load& load);

  std::string project_;
  int namespace_;  ///< borrowed
  runtime::netlink::Socket tables_;
  std::string link_{};
  int index_ = 0;
};

}  // namespace orchestrator::network
