// Clients of published ports, when the container they are sent to is about to end.
#include <algorithm>
#include <stdexcept>

#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/seats.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

asio::awaitable<void> Network::until_applied() {
  (void)update_seats();
  if (!gateway_.is_alive()) co_return;
  const std::uint64_t ticket = tell_seats();
  try {
    co_await gateway_.until_applied(ticket);
  } catch (const std::runtime_error& error) {
    stack_.warn(error.what());
  }
}

bool Network::has_clients(const std::string& id) const {
  const auto seat = seats_.find(id);
  if (seat == seats_.end()) return false;
  const std::vector<std::string> targets = network::targets_of(seat->second);
  return std::find_first_of(targets.begin(), targets.end(), gateway_.leaving().begin(),
                            gateway_.leaving().end()) != targets.end();
}

asio::awaitable<void> Network::until_left(std::string id, Clock::time_point deadline) {
  const auto is_left = [&] {
    const auto member = stack_.members.find(id);
    return member == stack_.members.end() || member->second->must_end() || !has_clients(id);
  };
  co_await stack_.changed.until(is_left, deadline);
}

asio::awaitable<void> Network::see_clients_out(Member& member, Clock::time_point deadline) {
  if (member.retiring || !is_leaving(member)) co_return;  // hand_over() has waited
  const Incarnation& life = *member.life;
  co_await until_applied();
  co_await stack_.changed.until(
      [&] { return life.ended || member.kill_now || !has_clients(member.record.id); }, deadline);
}

}  // namespace orchestrator::supervisor
