#include "orchestrator/supervisor/way_out.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/keeper/keeper.hpp"
#include "runtime/netlink/socket.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace netlink = runtime::netlink;
namespace sys = runtime::sys;

namespace {

constexpr std::array kFamilies{AF_INET, AF_INET6};

/// Rules and routes come in groups.
constexpr auto kTogether = std::chrono::milliseconds(20);
/// A datagram passes within microseconds, on a busy machine a few milliseconds later. The kernel counts it
/// and tells nobody.
constexpr auto kPatience = std::chrono::milliseconds(200);
constexpr auto kStep = std::chrono::milliseconds(5);

/// That something has changed is all that matters: also where the kernel has dropped some of it (ENOBUFS).
void drain(int socket) {
  std::array<char, 8192> buffer{};
  while (::recv(socket, buffer.data(), buffer.size(), 0) >= 0 || errno == ENOBUFS || errno == EINTR) {
  }
}

}  // namespace

void WayOut::expect(const project::Project& project) {
  const bool has_nat = std::any_of(project.services.begin(), project.services.end(), [](const auto& entry) {
    return entry.second.access.nat && !entry.second.ports.empty();
  });
  asked_ = has_nat || project.outbound == "uplink";
  wanted_ = asked_ || project.outbound != "gateway";
  if (!open_) return;
  if (asked_) claim(*open_);
  ++open_->news;
  stack_.changed.notify();
}

void WayOut::open(network::ProjectNetwork& project, sys::unique_fd kept) {
  if (open_) return;
  const bool is_ours = static_cast<bool>(kept);
  try {
    release_claims(is_ours ? "" : stack_.paths.project);
    const bool of_use = asked_ || is_ours || network::host_forwards(AF_INET);
    if (wanted_ && of_use) make(project, std::move(kept));
  } catch (const std::system_error& error) {
    if (asked_) stack_.warn(std::string("the gateway carries all of the project's traffic: ") + error.what());
  }
}

void WayOut::make(network::ProjectNetwork& project, sys::unique_fd kept) {
  sys::unique_fd rules = netlink::listen_for_news(NETLINK_NETFILTER, {NFNLGRP_NFTABLES});
  sys::unique_fd routes = netlink::listen_for_news(
      NETLINK_ROUTE, {RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                      RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF});
  const std::string& name = stack_.paths.project;
  network::Uplink uplink =
      kept ? network::Uplink(name, project.fd(), std::move(kept)) : network::Uplink(name, project.fd());
  auto open = std::make_shared<Open>(Open{.project = project,
                                          .uplink = std::move(uplink),
                                          .rules = std::move(rules),
                                          .routes = std::move(routes)});
  try {
    carry(*open, {.guarded = forwarding_.claimed()});
    if (asked_) claim(*open);
  } catch (const std::system_error&) {
    open->uplink.remove();
    throw;
  }
  stack_.keeper.store(kKeptUplink, open->uplink.tables());
  open_ = open;
  spawn(stack_.loop, hear(stack_, open, open->rules.get()));
  spawn(stack_.loop, hear(stack_, open, open->routes.get()));
  spawn(stack_.loop, judge(open));
}

void WayOut::release_claims(const std::string& project) const {
  forwarding_.release(project, [&](const std::string& other) {
    return runtime::keeper::has_keeper(stack_.roots.runtime + "/" + other);
  });
}

void WayOut::clear_up() {
  try {
    release_claims(stack_.paths.project);
  } catch (const std::system_error& error) {
    stack_.warn(error.what());
  }
}

/// Nothing passes by an interface that is switched on before there are guards.
void WayOut::claim(Open& open) {
  try {
    forwarding_.claim(stack_.paths.project);
    network::Uplink::Load load = open.load;
    load.guarded = forwarding_.claimed();
    if (load != open.load) carry(open, std::move(load));
    forwarding_.switch_on(stack_.paths.project);
  } catch (const std::system_error& error) {
    stack_.warn(std::string("the host's interfaces do not forward: ") + error.what());
  }
}

void WayOut::carry(Open& open, network::Uplink::Load load) {
  open.uplink.carry(load, open.project);
  open.load = std::move(load);
  ++open.loads;
}

void WayOut::publish(std::vector<runtime::netlink::Redirection> redirections) {
  if (!open_ || redirections == open_->load.redirections) return;
  network::Uplink::Load load = open_->load;
  load.redirections = std::move(redirections);
  try {
    carry(*open_, std::move(load));
  } catch (const std::system_error& error) {
    stack_.warn(std::string("the gateway carries the published ports: ") + error.what());
  }
}

/// Also false where it has changed meanwhile what is carried, and with it the counters: that is news.
asio::awaitable<bool> WayOut::is_passable(std::shared_ptr<Open> open, int family) {
  if (!wanted_ || !network::host_forwards(family)) co_return false;
  for (;;) {
    const std::uint64_t loads = open->loads;
    const std::uint64_t before = open->uplink.passed();
    open->uplink.probe(family);
    for (const auto end = Clock::now() + kPatience; Clock::now() < end && loads == open->loads;) {
      if (open->uplink.passed() > before) co_return true;
      co_await stack_.changed.until([&] { return open->closed; }, Clock::now() + kStep);
      if (open->closed) co_return false;
    }
    if (loads == open->loads) co_return false;
  }
}

asio::awaitable<void> WayOut::judge(std::shared_ptr<Open> open) {
  std::uint64_t known = 0;
  for (;;) {
    co_await stack_.changed.until([&] { return open->closed || known != open->news; });
    if (!open->closed) co_await stack_.changed.until([&] { return open->closed; }, Clock::now() + kTogether);
    if (open->closed) co_return;
    known = open->news;
    try {
      std::set<int> families;
      for (const int family : kFamilies) {
        const bool passes = co_await is_passable(open, family);
        if (passes) families.insert(family);
      }
      if (open->closed) co_return;
      network::Uplink::Load load{.families = std::move(families),
                                 .redirections = open->load.redirections,
                                 .hosts = network::host_addresses(),
                                 .guarded = forwarding_.claimed()};
      if (load == open->load) continue;
      carry(*open, std::move(load));
      tell_of(open->load);
    } catch (const std::system_error& error) {
      stack_.warn(std::string("the gateway carries the project's traffic: ") + error.what());
    }
  }
}

void WayOut::tell_of(const network::Uplink::Load& load) {
  if (asked_ && !load.families.contains(AF_INET))
    stack_.warn("the host does not let packets of the project pass: the gateway carries them");
}

asio::awaitable<void> WayOut::hear(Stack& stack, std::shared_ptr<Open> open, int socket) {
  for (;;) {
    const bool heard = co_await readable(socket);
    if (!heard || open->closed) co_return;
    drain(socket);
    ++open->news;
    stack.changed.notify();
  }
}

void WayOut::close() {
  if (!open_) return;
  const auto open = std::exchange(open_, nullptr);
  open->closed = true;
  stack_.keeper.drop(kKeptUplink);
  try {
    open->uplink.remove();
    release_claims(stack_.paths.project);
  } catch (const std::system_error& error) {
    stack_.warn(error.what());
  }
  stack_.changed.notify();
}

}  // namespace orchestrator::supervisor
