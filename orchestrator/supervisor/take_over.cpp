#include "orchestrator/supervisor/take_over.hpp"

#include <vector>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

namespace {

/// As long as it would have to finish what it is at if it were told to end. What an earlier command said does
/// not hold for this one.
std::chrono::nanoseconds patience(const Member& old, std::optional<std::chrono::nanoseconds> grace) {
  return grace.value_or(old.definition->service.stop_grace_period.value_or(project::kStopGracePeriod));
}

/// Clients are sent to the new one, and who lives in the old one's namespaces moves into the new one's.
void turn_to(Stack& stack, Member& old, Member& fresh) {
  const std::vector<Member*> guests = guests_of(old, stack.members);
  old.retiring = true;
  fresh.takes_over = true;
  for (Member* guest : guests) {
    want_to_follow(*guest);
    stack.tell("Container", guest->record.name, "Restarting", fresh.record.name + " has taken over");
  }
  stack.changed.notify();
}

/// When nobody is sent to the old one any more, it ends.
asio::awaitable<void> hand_over(Stack& stack, Network& network, std::string old_id, std::string new_id,
                                std::optional<std::chrono::nanoseconds> grace) {
  Member* old = find(stack.members, old_id);
  Member* fresh = find(stack.members, new_id);
  if (old != nullptr && fresh != nullptr) {
    turn_to(stack, *old, *fresh);
    const Clock::time_point deadline = after(patience(*old, grace));
    co_await network.until_applied();
    co_await network.until_left(old_id, deadline);
    // Others may have acted while we waited.
    if ((old = find(stack.members, old_id)) != nullptr) want_removed(*old, grace, state::EndCause::update);
    stack.changed.notify();
    co_await stack.changed.until([&] { return find(stack.members, old_id) == nullptr; });
    fresh = find(stack.members, new_id);
  }
  if (fresh == nullptr) co_return;
  fresh->record.replaces.clear();
  fresh->takes_over = false;
  stack.changed_state(*fresh);
}

}  // namespace

std::string what_is_wrong(const Member* member, int restarts) {
  if (member == nullptr || member->goal == Goal::removed) return "it was removed";
  const bool is_the_old_one_still = member->replacement != nullptr;
  if (is_the_old_one_still) return "";
  const state::Instance& record = member->record;
  if (!member->failure.empty()) return member->failure;
  if (record.health == state::Health::unhealthy) return "container " + record.name + " is unhealthy";
  const bool has_ended = !member->is_alive() && !may_run_again(*member);
  const auto& exit = record.exit ? record.exit : record.last_exit;
  const bool has_failed =
      has_ended && record.exit && !plan::is_success(member->definition->service, *record.exit);
  if (has_failed || record.restarts > restarts)
    return "container " + record.name + " exited (" + std::to_string(exit ? exit->code : 0) + ")";
  return "";
}

asio::awaitable<void> take_over(Stack& stack, Network& network, std::string id,
                                std::optional<std::chrono::nanoseconds> grace,
                                std::shared_ptr<TakeOver> progress) {
  const Member* fresh = find(stack.members, id);
  const std::string old_id = fresh == nullptr ? "" : fresh->record.replaces;
  const int restarts = fresh == nullptr ? 0 : fresh->record.restarts;
  bool is_removed = false;
  co_await stack.changed.until([&] {
    const Member* member = find(stack.members, id);
    is_removed = member == nullptr || member->goal == Goal::removed;
    progress->why = what_is_wrong(member, restarts);
    return !progress->why.empty() || has_settled(*member, true);
  });
  // There may be another one of its name by now, which is not ours.
  if (!is_removed) {
    // There is no way back where the old one is gone.
    const bool keeps = progress->why.empty() || find(stack.members, old_id) == nullptr;
    if (keeps)
      co_await hand_over(stack, network, old_id, id, grace);
    else
      co_await dismiss(stack, id, state::EndCause::update);
  }
  progress->is_over = true;
  stack.changed.notify();
}

}  // namespace orchestrator::supervisor
