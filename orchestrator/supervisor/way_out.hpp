// The project's way out, and the published ports that the kernel leads in: by an uplink where the host
// forwards and its rules let packets of the project pass; all the rest is the gateway's. What the host allows
// is found out by sending something, and again whenever its rules, routes or settings change.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

#include "orchestrator/network/host_forwarding.hpp"
#include "orchestrator/network/uplink.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// Under which name the keeper holds the socket that the uplink's rules belong to.
inline constexpr const char* kKeptUplink = "uplink";

class WayOut {
 public:
  explicit WayOut(Stack& stack) : stack_(stack), forwarding_(stack.roots.runtime) {}

  /// What an earlier supervisor has left on the host, where there is no network to go on with.
  void clear_up();
  /// Before open(): what the stack file asks for.
  void expect(const project::Project& project);
  /// `project` is borrowed until close(). `kept` is what the keeper has under kKeptUplink, empty for none.
  void open(network::ProjectNetwork& project, runtime::sys::unique_fd kept = {});
  /// What is to be led in.
  void publish(std::vector<runtime::netlink::Redirection> redirections);
  void close();

 private:
  /// One uplink; its coroutines end with it.
  struct Open {
    network::ProjectNetwork& project;
    network::Uplink uplink;
    runtime::sys::unique_fd rules;   ///< news of the host's rules
    runtime::sys::unique_fd routes;  ///< and of its routes, addresses and settings
    network::Uplink::Load load{};
    std::uint64_t loads = 0;  ///< how often load has changed
    std::uint64_t news = 1;   ///< of the host
    bool closed = false;
  };
  void make(network::ProjectNetwork& project, runtime::sys::unique_fd kept);
  void claim(Open& open);
  void release_claims(const std::string& project) const;
  void carry(Open& open, network::Uplink::Load load);
  boost::asio::awaitable<void> judge(std::shared_ptr<Open> open);
  boost::asio::awaitable<bool> is_passable(std::shared_ptr<Open> open, int family);
  static boost::asio::awaitable<void> hear(Stack& stack, std::shared_ptr<Open> open, int socket);
  void tell_of(const network::Uplink::Load& load);

  Stack& stack_;
  network::HostForwarding forwarding_;
  bool wanted_ = true;  ///< not `outbound: gateway`
  bool asked_ = false;  ///< the stack file asks for it, so the host's settings may change
  std::shared_ptr<Open> open_{};
};

}  // namespace orchestrator::supervisor
