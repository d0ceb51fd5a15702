// A link between the host's network namespace and a project's, as the rules of both see it: the way out with
// the host's address, and ports that lead in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/netlink/nf_batch.hpp"

namespace runtime::netlink {

/// The two addresses of the link in one family.
struct UplinkEnds {
  int family = 0;
  std::string host{};     ///< "169.254.64.2"
  std::string project{};  ///< "169.254.64.3"
};
/// A published port whose connections the kernel leads to containers.
struct Redirection {
  std::uint8_t protocol = 0;  ///< IPPROTO_TCP, IPPROTO_UDP
  std::string host_ip{};      ///< empty: every address of the host
  std::uint16_t host_port = 0;
  struct Target {
    int family = 0;
    std::string address{};
    std::uint16_t port = 0;
    friend bool operator==(const Target&, const Target&) = default;
  };
  std::vector<Target> targets{};  ///< one of them is chosen by chance for each connection
  friend bool operator==(const Redirection&, const Redirection&) = default;
};

/// In the host's namespace, in a table of the socket's own.
struct HostSide {
  std::string table{};
  std::string link{};
  std::vector<UplinkEnds> ends{};
  std::vector<Redirection> redirections{};
  /// Interfaces that forward because of us: nothing else passes from them, and redirections are for what
  /// comes in by them. Empty: the host forwards by itself.
  std::vector<std::string> guarded{};
};
/// Replaces the whole table. Throws std::system_error.
void set_host_side(Socket& socket, const HostSide& side);

/// A datagram to such an address and port gets no further than behind the host's FORWARD rules, where it is
/// counted. The addresses are of documentation (RFC 5737, RFC 3849).
inline constexpr const char* kProbeAddress4 = "203.0.113.1";
inline constexpr const char* kProbeAddress6 = "2001:db8::1";
inline constexpr std::uint16_t kProbePort = 9;
/// How many have been since set_host_side().
std::uint64_t counted_probes(Socket& socket, const std::string& table);

/// Connections that go by the link have this mark in the project's namespace: whoever has begun so, ends so.
inline constexpr std::uint32_t kUplinkMark = 0x6d65;

/// In the project's namespace.
struct ProjectSide {
  std::string link{};              ///< empty: there is none
  std::vector<UplinkEnds> ends{};  ///< of the families that it carries
  std::vector<Redirection> redirections{};
  std::vector<std::string> hosts{};  ///< addresses that it does not carry packets to
};
/// The chains that forward between `bridges` and the link, and nothing else; without a link nothing.
void add_project_side(NfBatch& batch, const ProjectSide& side, const std::vector<std::string>& bridges);

}  // namespace runtime::netlink
