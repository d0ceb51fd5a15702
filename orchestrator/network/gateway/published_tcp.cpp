#include "orchestrator/network/gateway/published_tcp.hpp"

#include <utility>

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

/// What a connection keeps busy for as long as it lives.
struct InUse {
  std::shared_ptr<void> port{};
  std::shared_ptr<void> target{};  ///< the one it is, or is being, connected to
};

}  // namespace

PublishedTcp::PublishedTcp(Loop& loop, sys::unique_fd socket, Connections& connections,
                           const ProjectNamespace& project, std::shared_ptr<TargetUses> targets_in_use,
                           const std::function<void()>& activity_changed)
    : connections_(connections),
      project_(project),
      targets_in_use_(std::move(targets_in_use)),
      use_(std::make_shared<PortUse>(activity_changed)),
      held_(std::make_shared<HeldClients>(
          loop, [this](HeldClients::Client client) { serve(std::move(client)); }, activity_changed)),
      listener_(loop, std::move(socket), [this](sys::unique_fd accepted, const Endpoint& client) {
        serve({.socket = std::move(accepted), .from = client, .deadline = Clock::now() + hold_});
      }) {}

PublishedTcp::~PublishedTcp() { use_->forget(); }

void PublishedTcp::update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) {
  targets_.set(port);
  hold_ = std::chrono::seconds(port.hold_seconds);
  surroundings_ = std::move(surroundings);
  if (!targets_.empty()) held_->serve_all();
}

void PublishedTcp::serve(HeldClients::Client client) {
  const Endpoint from = client.from;
  std::vector<Endpoint> targets = targets_.in_turn(from.ip.family);
  Connections::Refused refused;
  if (hold_.count() > 0)
    refused = [held = std::weak_ptr(held_), from, deadline = client.deadline,
               soon = !targets.empty()](sys::unique_fd accepted) {
      if (const auto clients = held.lock())
        clients->hold({.socket = std::move(accepted), .from = from, .deadline = deadline}, soon);
    };
  const auto in_use = std::make_shared<InUse>(InUse{.port = use_->begin()});
  auto dial_next = [&project = project_, around = surroundings_, from, targets = std::move(targets),
                    next = std::size_t{0}, in_use, uses = targets_in_use_]() mutable {
    while (next < targets.size()) {
      const Endpoint& target = targets[next++];
      in_use->target = uses->begin(target);
      const bool keep = around->may_keep_source(from.ip, target.ip);
      sys::unique_fd dialled =
          dial([&] { return project.socket(target.ip.family, SOCK_STREAM); }, target, keep ? &from : nullptr);
      if (dialled) return dialled;
    }
    return sys::unique_fd();
  };
  connections_.start(std::move(client.socket), std::move(dial_next), in_use, std::move(refused));
}

}  // namespace orchestrator::network::gateway
