// The supervisor's side of the gateway process: what it is told, what it answers, how it is started.
//
// The gateway (`mdcompose __gateway`) carries the connections between the host and a project's networks and
// answers the containers' name lookups. It is level-triggered: every Snapshot is the whole truth, and the
// gateway makes reality match. It outlives the supervisor: whoever holds the other end of its control socket
// goes on; when nobody holds it any more, the gateway ends.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network {

enum class Protocol { tcp, udp };

/// A port of the host that leads to containers.
struct PublishedPort {
  std::string key{};  ///< names it in the answer and over snapshots: "web-1 127.0.0.1:8080/tcp"
  std::string service{};
  std::string host_ip{};             ///< empty: every address, IPv4 and IPv6
  std::uint16_t host_port = 0;       ///< 0: the kernel chooses
  std::uint16_t host_port_last = 0;  ///< not 0: the first free one from host_port to here
  Protocol protocol = Protocol::tcp;
  /// Running containers, taken in turn, those of the client's family first: "10.89.1.1:80", "[fd00::1]:80".
  /// None: clients are reset.
  std::vector<std::string> targets{};
  int hold_seconds = 0;  ///< so long clients wait where there is no target that answers
  bool watched = false;  ///< its Activity is told
  friend bool operator==(const PublishedPort&, const PublishedPort&) = default;
};

/// What is known about names in one network of the project. Names are lower case.
struct NetworkNames {
  std::string name{};                   ///< "app_default"
  bool internal = false;                ///< without a way out
  std::vector<std::string> subnets{};   ///< "10.99.0.0/16"
  std::vector<std::string> gateways{};  ///< the bridge's own addresses: they mean the host to its containers
  /// Service, alias, container and host names, each with the addresses of its running instances in replica
  /// order. A name without addresses does not exist just now and is not asked elsewhere.
  std::map<std::string, std::vector<std::string>> names{};
  std::map<std::string, std::string> pointers{};  ///< address → "web-1", answered as "web-1.app_default"
  friend bool operator==(const NetworkNames&, const NetworkNames&) = default;
};

/// What one container's resolver socket answers.
struct DnsView {
  std::string key{};                           ///< names the pair of sockets: the instance's id
  std::vector<std::string> networks{};         ///< names of NetworkNames; the first that knows a name answers
  std::map<std::string, std::string> links{};  ///< names only this container knows → a name of its networks
  std::vector<std::string> servers{};          ///< service `dns:`; empty: the host's
  bool forward = true;                         ///< false where all its networks are internal
  friend bool operator==(const DnsView&, const DnsView&) = default;
};

struct Snapshot {
  std::uint64_t generation = 0;  ///< greater than in every earlier one, also those of an earlier supervisor
  std::vector<PublishedPort> ports{};
  std::vector<NetworkNames> networks{};
  std::vector<DnsView> views{};
  std::vector<std::string> leaving{};    ///< like targets: no new client is sent there, who still is is told
  std::vector<std::string> resolvers{};  ///< empty: the host's /etc/resolv.conf, as it changes
  bool host_loopback = false;  ///< the host's address means 127.0.0.1 instead of the host's outward address
  bool ipv6_routed = false;    ///< containers with IPv6 have a default route for it
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

struct PortResult {
  std::string key{};
  std::uint16_t host_port = 0;  ///< the actual one; 0 with an error
  std::string error{};          ///< one sentence: "port 8080 (tcp) of 0.0.0.0 is in use by nginx (pid 812)"
  friend bool operator==(const PortResult&, const PortResult&) = default;
};

struct Applied {
  std::uint64_t generation = 0;
  std::vector<PortResult> ports{};
  std::vector<std::string> leaving{};  ///< those of the snapshot that clients still are connected to
  std::vector<std::string> missing{};  ///< keys of views whose sockets the gateway has never been given
  std::string error{};                 ///< the snapshot was not understood: nothing has changed
  friend bool operator==(const Applied&, const Applied&) = default;
};

/// What goes on at a watched port.
struct PortActivity {
  std::string key{};
  std::string service{};
  bool busy = false;     ///< connections are open, or datagrams have passed lately
  bool waiting = false;  ///< somebody waits for a target
  friend bool operator==(const PortActivity&, const PortActivity&) = default;
};
/// All watched ports; told when something has changed, and after every snapshot.
struct Activity {
  std::vector<PortActivity> ports{};
  std::vector<std::string> leaving{};  ///< as in Applied
  friend bool operator==(const Activity&, const Activity&) = default;
};

std::string to_json(const Snapshot& snapshot);
std::string to_json(const Applied& applied);
std::string to_json(const Activity& activity);
/// Throw std::runtime_error with one sentence where the text is not understood.
Snapshot snapshot_from_json(std::string_view text);
Applied applied_from_json(std::string_view text);
Activity activity_from_json(std::string_view text);

/// A container's resolver: both bound to the same address and port, `tcp` listening. Borrowed.
struct DnsSockets {
  std::string key{};
  int udp = -1;
  int tcp = -1;
};

class GatewayClient {
 public:
  /// `control` is the supervisor's end of the gateway's control socket.
  explicit GatewayClient(runtime::sys::unique_fd control) : control_(std::move(control)) {}

  /// Sends without ever waiting. `sockets` are those the gateway has not got yet (a first time, or
  /// Applied::missing); those of views no longer in a snapshot are closed. False where the gateway is gone.
  /// Throws std::system_error, EAGAIN where the gateway does not read.
  [[nodiscard]] bool apply(const Snapshot& snapshot, const std::vector<DnsSockets>& sockets = {});

  /// Asks the gateway to end: every connection is cut. False where it is gone already.
  bool quit();

  /// Readable when an answer has come, or the gateway has gone.
  [[nodiscard]] int fd() const { return control_.get(); }
  using Message = std::variant<Applied, Activity>;
  /// The next message, nothing where none is there yet. Throws std::system_error: ECONNRESET where the
  /// gateway is gone, any other where a message is lost; std::runtime_error where one is not understood.
  std::optional<Message> receive();

 private:
  runtime::sys::unique_fd control_;
};

struct StartedGateway {
  pid_t pid = 0;
  runtime::sys::unique_fd pidfd{};
  runtime::sys::unique_fd control{};  ///< for GatewayClient, and a second descriptor of it for the keeper
};
/// Runs this program again as `mdcompose __gateway PROJECT` in the caller's namespaces, as a child of the
/// caller's parent (`sibling`) or of the caller. `project_netns` names the project's network namespace;
/// borrowed. The caller must be single-threaded. Throws std::system_error.
StartedGateway start_gateway(int project_netns, const std::string& project, bool sibling = true);

namespace gateway {

/// Where main finds what start_gateway left: `mdcompose __gateway PROJECT` is run(kControl, kProjectNetns).
inline constexpr int kControl = 3;
inline constexpr int kProjectNetns = 4;

/// The gateway process. Returns its exit status when it is told to quit or nobody holds the control socket.
int run(int control, int project_netns);

}  // namespace gateway
}  // namespace orchestrator::network
