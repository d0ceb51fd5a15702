// What an earlier supervisor has left, and what is done when the gateway or the project's namespace is lost.
#include <stdexcept>

#include "orchestrator/state/definition.hpp"
#include "orchestrator/supervisor/network.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

/// The kernel takes links of a dead namespace away in its own time (15 to 60 ms) and tells nobody.
constexpr auto kLinger = std::chrono::seconds(3);
constexpr auto kLingerStep = std::chrono::milliseconds(10);

}  // namespace

void Network::expect_project_file() {
  try {
    if (const auto project = state::load_project(stack_.paths)) expect(*project);
  } catch (const std::runtime_error& error) {
    stack_.warn(std::string("the stack as it was is not understood: ") + error.what());
  }
}

asio::awaitable<void> Network::adopt(std::map<std::string, sys::unique_fd>& inherited) {
  plan_ =
      network::address_plan_from_json(sys::read_file_if_exists(stack_.paths.network_file()).value_or("{}"));
  written_plan_ = network::to_json(plan_);
  expect_project_file();
  const auto kept = inherited.find(kKeptNamespace);
  const bool lost = kept == inherited.end();
  std::vector<const Member*> connected;
  for (const auto& [id, member] : stack_.members) {
    if (!network::uses_networks(member->definition->service)) continue;
    const bool has_interfaces =
        (member->is_alive() || member->network_namespace) && !member->record.addresses.empty();
    if (has_interfaces) connected_.insert(id);
    (void)sit_down(*member);
    if (has_interfaces) connected.push_back(member.get());
  }
  if (!is_needed()) {
    stack_.keeper.drop(kKeptNamespace);
    stack_.keeper.drop(kKeptGateway);
    stack_.keeper.drop(kKeptUplink);
    way_out_.clear_up();
    co_return;
  }
  if (!lost) take_project(std::move(kept->second), std::move(inherited[kKeptUplink]));
  make_project();
  for (const Member* member : connected) {
    const network::Seat& seat = seats_.at(member->record.id);
    ensure(seat);
    for (const auto& [name, addresses] : seat.addresses)
      if (network::NetworkAddresses* planned = plan_.find(name)) planned->reserve(addresses);
  }
  shared_.publish(seats_);
  write_plan();
  const auto control = inherited.find(kKeptGateway);
  if (!lost && control != inherited.end())
    gateway_.adopt(std::move(control->second));
  else
    gateway_.start(project_->fd());
  if (lost)
    for (const Member* member : connected) co_await reconnect(*member);
  (void)gateway_.refresh();
}

asio::awaitable<void> Network::reconnect(const Member& member) {
  std::string failure;
  for (const auto end = Clock::now() + kLinger; Clock::now() < end;) {
    try {
      connect(member, seats_.at(member.record.id));
      co_return;
    } catch (const std::system_error& error) {
      failure = error.what();
      if (error.code() != std::errc::file_exists) break;
    }
    co_await stack_.changed.until([] { return false; }, Clock::now() + kLingerStep);
  }
  stack_.warn("container " + member.record.name + " has lost its network: " + failure);
}

/// A gateway that has ended by itself has a successor at once, which the living containers' resolvers go to.
/// Should it end again and again, it is not started in a circle.
asio::awaitable<void> Network::revive() {
  constexpr auto kPause = std::chrono::seconds(1);
  constexpr int kWithoutPause = 3;
  hasty_revivals_ = Clock::now() - last_revival_ < kPause ? hasty_revivals_ + 1 : 0;
  last_revival_ = Clock::now();
  if (hasty_revivals_ >= kWithoutPause)
    co_await stack_.changed.until([] { return false; }, Clock::now() + kPause);
  if (!project_ || gateway_.is_alive()) co_return;
  stack_.warn("the network gateway has ended and is started again");
  gateway_.start(project_->fd());
  for (const std::string& id : connected_) give_resolver_again(id);
  (void)gateway_.refresh();
}

}  // namespace orchestrator::supervisor
